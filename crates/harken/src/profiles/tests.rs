use super::*;
use stage::TimeDelta;

const NOW: EventTime = EventTime::from_micros(1_772_000_000_000_000);

fn import(format: RowFormat, text: &str) -> Import {
    parse(text.as_bytes(), format, "northline", NOW).unwrap()
}

/// Key, tier, method and confidence of each account; a tombstone has no tier.
fn summaries(import: &Import) -> Vec<(String, Option<String>, String, f32)> {
    let of = |account: &AccountRecord| {
        let customer = &account.profile().customer;
        (
            String::from_utf8(account.key()).unwrap(),
            account.has_profile().then(|| customer.tier.clone()),
            customer.matched_by.clone(),
            customer.confidence,
        )
    };
    import.accounts.iter().map(of).collect()
}

#[test]
fn a_customer_with_several_accounts_becomes_one_record_per_account() {
    let csv = "\u{feff}customer_id,tier,author_id.x,author_id.bluesky,notes\n\
               c-1,gold,\"11; 12\",did:plc:abc,\"says \"\"hi\"\",\nloves us\"\n\
               c-2,,21,,\n";
    let read = import(RowFormat::Csv, csv);
    let gold = || Some("gold".to_owned());
    let expected = [
        ("northline/x/11".to_owned(), gold(), "crm".to_owned(), 1.0),
        ("northline/x/12".to_owned(), gold(), "crm".to_owned(), 1.0),
        ("northline/bluesky/did:plc:abc".to_owned(), gold(), "crm".to_owned(), 1.0),
        ("northline/x/21".to_owned(), Some(String::new()), "crm".to_owned(), 1.0),
    ];
    assert_eq!(summaries(&read), expected);
    assert_eq!(read.ignored_columns, ["notes"]);
    assert_eq!(read.rejected, []);
}

#[test]
fn a_line_of_json_can_state_a_method_per_account() {
    let line = r#"{"tenant":"southline","customer_id":"c-1","tier":"gold","value":1234.5,
        "open_cases":2,"updated_at":"2026-02-25T12:00:00Z","identities":[
        {"platform":"x","author_id":"11","matched_by":"login","confidence":0.98},
        {"platform":"bluesky","author_id":"did:plc:abc","matched_by":"name","confidence":0.4}]}"#;
    let read = import(RowFormat::Ndjson, &line.replace('\n', ""));
    assert_eq!(read.rejected, []);
    let methods =
        summaries(&read).into_iter().map(|(_, _, method, confidence)| (method, confidence));
    let expected = [("login".to_owned(), 0.98), ("name".to_owned(), 0.4)];
    assert_eq!(methods.collect::<Vec<_>>(), expected);
    let profile = read.accounts[0].profile();
    assert_eq!((profile.customer.value, profile.customer.open_cases), (1235, 2));
    assert_eq!(
        (profile.tenant.as_str(), profile.updated_at),
        ("southline", EventTime::from_micros(1_772_020_800_000_000))
    );
    assert_eq!(read.accounts[0].key(), b"southline/x/11");
}

#[test]
fn an_invalid_row_is_rejected_by_line_and_reason_and_the_rest_is_imported() {
    let csv = [
        ("c-1,gold,x,1,,,,", None),
        (",gold,x,2,,,,", Some("customer_id is empty")),
        ("c-1,gold,,,,,,", Some("names no account")),
        ("c-1,gold,x,,,,,", Some("author_id is empty")),
        ("c-1,gold,X,3,,,,", Some("platform is not in lower case")),
        ("c-1,gold,x,3\u{200b},,,,", Some("author_id contains an invisible character")),
        ("c-1,gold,x\u{ad},3,,,,", Some("platform contains an invisible character")),
        ("c-\u{202e}1,gold,x,3,,,,", Some("customer_id contains an invisible character")),
        ("c-1,go\u{1b}ld,x,3,,,,", Some("tier contains an invisible character")),
        ("c-1,gold,a/b,4,,,,", Some("platform contains a '/'")),
        ("c-1,gold,x,5,login,,,", Some("matched_by is given without confidence")),
        ("c-1,gold,x,6,login,1.5,,", Some("confidence is not between 0 and 1")),
        ("c-1,gold,x,7,login,NaN,,", Some("confidence is not between 0 and 1")),
        ("c-1,gold,x,8,login,high,,", Some("confidence is not a number")),
        ("c-1,gold,x,9,,,NaN,", Some("value is out of range")),
        ("c-1,gold,x,10,,,,maybe", Some("deleted is neither true nor false")),
        ("c-1,gold,x,11", Some("4 fields, but the header has 8 columns")),
        ("c-2,gold,x,1,,,,", Some("an account that line 2 assigns to another customer")),
        ("c-1,gold,x,1,,,,", None),
        ("c-1,gold,x,12,,,,", None),
    ];
    let header = "customer_id,tier,platform,author_id,matched_by,confidence,value,deleted";
    let rows: Vec<_> = csv.iter().map(|(row, _)| *row).collect();
    let read = import(RowFormat::Csv, &format!("{header}\n{}\n", rows.join("\n")));
    let expected = csv.iter().zip(2..).filter_map(|((_, why), line)| Some((line, why.as_ref()?)));
    let expected: Vec<_> = expected.map(|(line, why)| (line, (*why).to_owned())).collect();
    assert_eq!(read.rejected, expected);
    assert_eq!((read.accounts.len(), read.repeated), (2, 1));
}

#[test]
fn an_invalid_line_of_json_is_rejected_without_being_quoted() {
    let lines = [
        r#"{"customer_id":"secret","tier":7}"#,
        r#"{"customer_id":"secret","teir":"gold"}"#,
        r#"{"customer_id":"secret""#,
        "",
        "secret",
    ];
    let read = import(RowFormat::Ndjson, &lines.join("\n"));
    let numbers: Vec<_> = read.rejected.iter().map(|(line, _)| *line).collect();
    assert_eq!(numbers, [1, 2, 3, 5]);
    assert!(read.rejected.iter().all(|(_, why)| !why.contains("secret")), "{:?}", read.rejected);
}

#[test]
fn a_deleted_customer_becomes_a_tombstone() {
    let csv = "customer_id,platform,author_id,deleted\nc-1,x,11,yes\n";
    let read = import(RowFormat::Csv, csv);
    let stage::Outgoing { key, value, time, .. } = read.accounts[0].record();
    assert_eq!((key.as_slice(), value, time), (&b"northline/x/11"[..], None, NOW));
}

#[test]
fn a_header_without_customer_or_account_rejects_the_file() {
    for header in ["id,platform,author_id", "customer_id,platform", "customer_id,author_id", ""] {
        let read = parse(header.as_bytes(), RowFormat::Csv, "northline", NOW);
        assert!(read.unwrap_err().contains("must contain the columns"), "{header}");
    }
}

#[test]
fn exported_accounts_are_imported_unchanged() {
    let csv = "customer_id,tier,value,open_cases,platform,author_id,matched_by,confidence,deleted\n\
               c-1,gold,900,1,x,11,login,0.9,no\n\
               c-2,,,,x,12,,,yes\n";
    let read = import(RowFormat::Csv, csv);
    let mut out = Vec::new();
    export::write(&read.accounts, &mut out).unwrap();
    let again = parse(out.as_slice(), RowFormat::Ndjson, "other", NOW + TimeDelta::SECOND).unwrap();
    assert_eq!(again.accounts, read.accounts);
}
