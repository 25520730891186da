//! The search for the incident of a mention against a comparison with every open incident, the bounds
//! of the table, and what a change rebuilds.

use mention::{LabelProbability, Mention};
use proptest::prelude::*;

use super::*;

/// The incident that a mention belongs to, by a comparison with each open incident.
fn find_one_by_one<'a>(
    incidents: &'a Incidents,
    scored: &Scored,
    text: &str,
    named: &[WatchlistMatch],
) -> Option<&'a Incident> {
    let tenant = &scored.mention.tenant;
    let of_tenant = incidents.by_key.values().map(|open| &open.incident);
    let of_tenant = of_tenant.filter(|incident| incident.tenant == *tenant);
    let matching = of_tenant.filter(|incident| matches(incident, scored, text, named));
    matching.min_by_key(|incident| (-i64::from(incident.points), incident.incident_id.as_str()))
}

/// Whether a mention has the facet of an incident, or contains one of its words.
fn matches(incident: &Incident, scored: &Scored, text: &str, named: &[WatchlistMatch]) -> bool {
    let value = &incident.facet_value;
    let shares = match incident.facet {
        // Every mention of the tenant has this facet, so only the words count.
        Facet::All => false,
        Facet::Reason => scored.understanding.reason.as_ref().is_some_and(|r| r.name == *value),
        Facet::Product => {
            named.iter().any(|named| named.kind == WatchlistKind::Product && named.name == *value)
        }
        Facet::Cluster => scored.findings.cluster.as_ref() == Some(value),
    };
    shares || incident.words.iter().any(|word| text.contains(word.as_str()))
}

fn incident(id: &str, points: i32, words: &[&str]) -> Incident {
    Incident {
        tenant: "northline".into(),
        incident_id: id.into(),
        revision: 3,
        words: words.iter().map(ToString::to_string).collect(),
        points,
        ..Incident::default()
    }
}

fn scored(tenant: &str) -> Scored {
    Scored { mention: Mention { tenant: tenant.into(), ..Mention::default() }, ..Scored::default() }
}

#[test]
fn a_mention_belongs_to_the_incident_with_most_points_whose_word_it_contains() {
    let mut incidents = Incidents::default();
    incidents.set(b"1", Some(incident("fibre", 20, &["Fibre", " "])));
    incidents.set(b"2", Some(incident("north", 30, &["leeds"])));
    incidents.set(b"3", Some(incident("again", 30, &["leeds"])));
    let cases = [
        ("northline", "no fibre since noon", Some("fibre")),
        ("northline", "no fibre in leeds", Some("again")),
        ("northline", "lovely weather", None),
        ("southline", "no fibre in leeds", None),
    ];
    for (tenant, text, expected) in cases {
        let scored = scored(tenant);
        let found = incidents.find(&scored, text, &[]).map(|i| i.incident_id.as_str());
        assert_eq!(found, expected, "{tenant}: {text}");
    }
    incidents.set(b"1", None);
    assert!(incidents.find(&scored("northline"), "no fibre", &[]).is_none(), "after a tombstone");
}

#[test]
fn a_full_table_refuses_further_incidents_and_takes_revisions_and_closings() {
    let row = |incident: &Incident| {
        let mut bytes = Vec::new();
        codec::write(incident, &mut bytes);
        bytes
    };
    let mut incidents = Incidents::default();
    let apply = |incidents: &mut Incidents, key: &str, row: Option<&[u8]>| {
        incidents.apply(topics::INCIDENT, key.as_bytes(), row)
    };
    let one = incident("one", 10, &["fibre"]);
    for n in 0..MAX_INCIDENTS {
        assert_eq!(apply(&mut incidents, &n.to_string(), Some(&row(&one))), Ok(()));
    }
    let further = apply(&mut incidents, "further", Some(&row(&one)));
    assert!(further.is_err_and(|problem| problem.to_string().contains("open already")));
    let revised = Incident { revision: 4, ..one.clone() };
    assert_eq!(apply(&mut incidents, "0", Some(&row(&revised))), Ok(()));
    let closed = Incident { status: IncidentStatus::Closed, ..one.clone() };
    assert_eq!(apply(&mut incidents, "0", Some(&row(&closed))), Ok(()));
    assert_eq!(apply(&mut incidents, "1", None), Ok(()));
    assert_eq!(apply(&mut incidents, "further", Some(&row(&one))), Ok(()));

    let mut incidents = Incidents::default();
    let large = Incident { title: "x".repeat(10_000), notice: "x".repeat(10_000), ..one };
    let fits = (0..MAX_INCIDENTS)
        .take_while(|n| apply(&mut incidents, &n.to_string(), Some(&row(&large))).is_ok());
    assert_eq!(fits.count(), MAX_INCIDENT_BYTES / row(&large).len());
}

#[test]
fn a_mention_belongs_to_an_incident_with_its_reason_product_or_cluster() {
    let of = |facet, value: &str| Incident {
        facet,
        facet_value: value.into(),
        ..incident("one", 10, &[])
    };
    let mut scored = scored("northline");
    scored.understanding.reason =
        Some(LabelProbability { name: "billing".into(), probability: 0.9 });
    scored.findings.cluster = Some("00ff".into());
    let named = [
        WatchlistMatch { kind: WatchlistKind::Product, name: "FibreOne".into() },
        WatchlistMatch { kind: WatchlistKind::Competitor, name: "Southline".into() },
    ];
    let cases = [
        (of(Facet::Reason, "billing"), true),
        (of(Facet::Reason, "coverage"), false),
        (of(Facet::Product, "FibreOne"), true),
        (of(Facet::Product, "Southline"), false),
        (of(Facet::Cluster, "00ff"), true),
        (of(Facet::All, ""), false),
        (Incident { status: IncidentStatus::Closed, ..of(Facet::Cluster, "00ff") }, false),
    ];
    for (incident, expected) in cases {
        let mut incidents = Incidents::default();
        let case = format!("{:?} {:?}", incident.facet, incident.status);
        incidents.set(b"1", Some(incident));
        assert_eq!(incidents.find(&scored, "", &named).is_some(), expected, "{case}");
    }
}

/// One step of a history of the table.
#[derive(Debug, Clone)]
enum Step {
    Set(u8, Option<Box<Incident>>),
    Find(Box<Scored>, String, Vec<WatchlistMatch>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let tenant = || prop::sample::select(vec!["north", "south"]);
    let value = || prop::sample::select(vec!["billing", "coverage", "", "FibreOne"]);
    let facets = vec![Facet::All, Facet::Reason, Facet::Product, Facet::Cluster];
    let statuses = vec![IncidentStatus::Open, IncidentStatus::Open, IncidentStatus::Closed];
    let incident = (
        (tenant(), "[ab]", -1..3_i32),
        prop::collection::vec("[aBü ]{0,3}", 0..6),
        (prop::sample::select(facets), value()),
        prop::sample::select(statuses),
    );
    let incident = incident.prop_map(|((tenant, id, points), words, (facet, value), status)| {
        let (tenant, facet_value) = (tenant.to_owned(), value.to_owned());
        Incident { tenant, facet, facet_value, status, words, ..incident_of(&id, points) }
    });
    let set = (0..24_u8, prop::option::weighted(0.8, incident.prop_map(Box::new)));
    let set = set.prop_map(|(key, row)| Step::Set(key, row));
    let kinds = vec![WatchlistKind::Product, WatchlistKind::Competitor];
    let named = (prop::sample::select(kinds), value());
    let named = named.prop_map(|(kind, name)| WatchlistMatch { kind, name: name.to_owned() });
    let mention = (tenant(), prop::option::of(value()), prop::option::of(value()));
    let find = (mention, "[abüc ]{0,8}", prop::collection::vec(named, 0..3));
    let find = find.prop_map(|((tenant, reason, cluster), text, named)| {
        let mut scored = scored(tenant);
        scored.understanding.reason =
            reason.map(|name| LabelProbability { name: name.to_owned(), probability: 0.9 });
        scored.findings.cluster = cluster.map(str::to_owned);
        Step::Find(Box::new(scored), text, named)
    });
    let step = prop_oneof![3 => set, 2 => find];
    prop::collection::vec(step, 0..120)
}

fn incident_of(id: &str, points: i32) -> Incident {
    incident(id, points, &[])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_index_finds_what_a_comparison_with_every_incident_finds(steps in steps()) {
        let mut incidents = Incidents::default();
        for step in steps {
            match step {
                Step::Set(key, row) => incidents.set(&[key], row.map(|row| *row)),
                Step::Find(scored, text, named) => {
                    let expected = find_one_by_one(&incidents, &scored, &text, &named);
                    prop_assert_eq!(incidents.find(&scored, &text, &named), expected);
                }
            }
        }
    }
}

/// An incident with `count` words that no other one has.
fn with_own_words(n: usize, count: usize) -> Incident {
    let words: Vec<String> = (0..count).map(|word| format!("w{n}x{word}.")).collect();
    Incident { words, ..incident(&n.to_string(), 10, &[]) }
}

/// The words that the next search of the tenant puts into automata.
fn unbuilt(incidents: &Incidents) -> usize {
    incidents.by_tenant.get("northline").map_or(0, |index| index.by_word.unbuilt())
}

#[test]
fn a_revision_rebuilds_nothing_and_a_new_incident_a_part() {
    const COUNT: usize = 1_000;
    let mention = scored("northline");
    let mut incidents = Incidents::default();
    for n in 0..COUNT {
        incidents.set(&n.to_le_bytes(), Some(with_own_words(n, 8)));
    }
    // All rows of a batch, once.
    assert_eq!(unbuilt(&incidents), 8 * COUNT);
    assert!(incidents.find(&mention, "w7x7.", &[]).is_some());
    assert_eq!(unbuilt(&incidents), 0);

    for n in 0..COUNT {
        let revised = Incident { revision: 4, points: 20, ..with_own_words(n, 8) };
        incidents.set(&n.to_le_bytes(), Some(revised));
        assert_eq!(unbuilt(&incidents), 0, "a revision of {n}");
        assert!(incidents.find(&mention, &format!("w{n}x7."), &[]).is_some_and(|i| i.points == 20));
    }

    // The only incident of a tenant, with more words than are kept unused.
    let mut alone = Incidents::default();
    alone.set(b"1", Some(with_own_words(1, 500)));
    assert!(alone.find(&mention, "w1x7.", &[]).is_some());
    alone.set(b"1", Some(Incident { points: 20, ..with_own_words(1, 500) }));
    assert_eq!(unbuilt(&alone), 0, "a revision of the only incident");

    // One further incident at a time, each searched at once.
    let mut built = 0;
    for n in COUNT..2 * COUNT {
        incidents.set(&n.to_le_bytes(), Some(with_own_words(n, 8)));
        built += unbuilt(&incidents);
        assert!(incidents.find(&mention, &format!("w{n}x7."), &[]).is_some());
        let blocks = incidents.by_tenant["northline"].by_word.blocks();
        assert!(blocks <= 14, "{blocks} blocks of {n} incidents");
    }
    // Each of the 16,000 words at most log1.5(16,000) times; in fact about 6 times.
    assert!(built < 10 * 8 * COUNT, "{built} words were built");
}

#[test]
fn words_of_closed_incidents_leave_the_index() {
    let mention = scored("northline");
    let mut incidents = Incidents::default();
    for n in 0..1_000 {
        incidents.set(b"lasting", Some(with_own_words(0, 8)));
        incidents.set(b"other", Some(with_own_words(n, 8)));
        assert!(incidents.find(&mention, &format!("w{n}x7."), &[]).is_some());
        let entries = incidents.by_tenant["northline"].by_word.entries();
        assert!(entries <= 100, "{entries} entries of 16 words");
    }
    incidents.set(b"lasting", None);
    incidents.set(b"other", None);
    assert!(incidents.by_tenant.is_empty());
}

#[test]
fn a_table_full_of_words_refuses_further_ones_and_takes_revisions() {
    let mut incidents = Incidents::default();
    let mut apply = |n: usize, incident: &Incident| {
        let mut row = Vec::new();
        codec::write(incident, &mut row);
        incidents.apply(topics::INCIDENT, &n.to_le_bytes(), Some(&row))
    };
    let per_incident = 1_000;
    for n in 0..MAX_WORDS / per_incident {
        assert_eq!(apply(n, &with_own_words(n, per_incident)), Ok(()));
    }
    let further = apply(MAX_WORDS, &with_own_words(0, 1));
    assert!(further.is_err_and(|problem| problem.to_string().contains("100000 words already")));
    let revised = Incident { revision: 4, ..with_own_words(0, per_incident) };
    assert_eq!(apply(0, &revised), Ok(()));

    let mut incidents = Incidents::default();
    let long = Incident { words: vec!["x".repeat(1_000); 60], ..incident("one", 10, &[]) };
    let mut row = Vec::new();
    codec::write(&long, &mut row);
    let fits = (0..MAX_INCIDENTS)
        .take_while(|n| incidents.apply(topics::INCIDENT, &n.to_le_bytes(), Some(&row)).is_ok());
    assert_eq!(fits.count(), MAX_WORD_BYTES / 60_000);
}
