use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use stage::EventTime;

use super::*;
use crate::{CaseEvent, CaseEventKind, Facet, Mention, RiskKind, Routed, Visibility};

/// The error in the fields of a record that does not follow its schema.
fn decode_error(rejected: Malformed) -> DecodeError {
    let Malformed::Schema(problem) = rejected else { panic!("{rejected}") };
    *problem.downcast().unwrap()
}

#[test]
fn a_record_round_trips() {
    let record = Mention { tenant: "northline".into(), ..Mention::default() };
    let mut bytes = Vec::new();
    write(&record, &mut bytes);
    assert_eq!(read::<Mention>(&bytes), Ok(record));
}

#[test]
fn the_text_of_an_enum_is_its_symbol_in_the_schema() {
    fn symbol<T: Serialize>(value: T) -> String {
        serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
    }
    for facet in [Facet::All, Facet::Reason, Facet::Product, Facet::Cluster] {
        assert_eq!(facet.as_str(), symbol(facet));
    }
    for visibility in [Visibility::None, Visibility::Public, Visibility::Private] {
        assert_eq!(visibility.as_str(), symbol(visibility));
    }
    for risk in [
        RiskKind::Safety,
        RiskKind::Health,
        RiskKind::LegalThreat,
        RiskKind::SecurityOrFraud,
        RiskKind::VulnerablePerson,
        RiskKind::ThreatOfHarm,
        RiskKind::Discrimination,
        RiskKind::PressOrRegulator,
    ] {
        assert_eq!(risk.as_str(), symbol(risk));
    }
}

#[test]
fn writing_appends_to_the_buffer() {
    let mut bytes = vec![1, 2, 3];
    write(&Routed::default(), &mut bytes);
    assert_eq!(bytes[..5], [1, 2, 3, 0xC3, 0x01]);
}

/// Writes a case event with a schema that has these fields, and reads it with the current struct.
fn read_from(fields: &str, values: Vec<(&str, Value)>) -> Result<CaseEvent, Malformed> {
    let text = format!(
        r#"{{"type": "record", "name": "harken.case.Event", "fields": [
            {{"name": "case_id", "type": "string"}}, {fields}
            {{"name": "occurred_at", "type": {{"type": "long", "logicalType": "timestamp-micros"}}}}
        ]}}"#
    );
    let schema = registry::parse(&text).unwrap();
    let mut values: Vec<_> = values.into_iter().map(|(name, x)| (name.to_owned(), x)).collect();
    values.insert(0, ("case_id".to_owned(), Value::String("c-1".into())));
    values.push(("occurred_at".to_owned(), Value::TimestampMicros(AT.as_micros())));
    let mut bytes = Vec::new();
    let writer = GenericDatumWriter::builder(&schema).build().unwrap();
    writer.write_value(&mut bytes, Value::Record(values)).unwrap();
    decode::read(&Shape::from_schema(&schema).unwrap(), &bytes)
}

const AT: EventTime = EventTime::from_micros(1_772_031_600_000_000);

fn event() -> CaseEvent {
    CaseEvent { case_id: "c-1".into(), occurred_at: AT, ..CaseEvent::default() }
}

#[test]
fn fields_missing_in_an_older_record_get_their_defaults() {
    assert_eq!(read_from("", vec![]).unwrap(), event());
}

#[test]
fn unknown_fields_of_every_type_are_skipped() {
    let inner = Value::Record(vec![
        ("text".into(), Value::String("x".into())),
        ("kind".into(), Value::Enum(1, "b".into())),
    ]);
    for (what, schema, value) in [
        ("null", r#""null""#, Value::Null),
        ("boolean", r#""boolean""#, Value::Boolean(true)),
        ("int", r#""int""#, Value::Int(-7)),
        ("long", r#""long""#, Value::Long(i64::MIN)),
        ("float", r#""float""#, Value::Float(0.5)),
        ("double", r#""double""#, Value::Double(0.5)),
        ("bytes", r#""bytes""#, Value::Bytes(vec![0xFF; 9])),
        ("string", r#""string""#, Value::String("é".into())),
        (
            "enum",
            r#"{"type": "enum", "name": "harken.test.Kind", "symbols": ["a", "b"]}"#,
            Value::Enum(1, "b".into()),
        ),
        ("union", r#"["null", "long"]"#, Value::Union(1, Box::new(Value::Long(1)))),
        (
            "list of records with an enum",
            r#"{"type": "array", "items": {"type": "record", "name": "harken.test.Inner", "fields": [
                {"name": "text", "type": "string"},
                {"name": "kind", "type":
                    {"type": "enum", "name": "harken.test.Kind", "symbols": ["a", "b"]}}]}}"#,
            Value::Array(vec![inner.clone(), inner]),
        ),
    ] {
        let field = format!(r#"{{"name": "later", "type": {schema}}},"#);
        assert_eq!(read_from(&field, vec![("later", value)]), Ok(event()), "{what}");
    }
}

#[test]
fn an_unknown_symbol_becomes_the_default_of_the_writers_schema() {
    let kinds = |default: &str| {
        format!(
            r#"{{"name": "kind", "type": {{"type": "enum", "name": "harken.case.EventKind",
                "symbols": ["accepted", "returned", "parked"]{default}}}}},"#
        )
    };
    let field = kinds(r#", "default": "returned""#);
    let returned = CaseEvent { kind: CaseEventKind::Returned, ..event() };
    for (place, symbol, expected) in
        [(2, "parked", returned.clone()), (1, "returned", returned), (0, "accepted", event())]
    {
        let value = Value::Enum(place, symbol.into());
        assert_eq!(read_from(&field, vec![("kind", value)]).unwrap(), expected, "{symbol}");
    }
    let rejected = read_from(&kinds(""), vec![("kind", Value::Enum(2, "parked".into()))]);
    let rejected = decode_error(rejected.unwrap_err());
    assert_eq!(rejected.path(), "kind");
    assert!(matches!(rejected.problem(), DecodeProblem::Value(_)), "{rejected}");
}

#[test]
fn a_field_that_became_optional_is_readable() {
    let field = r#"{"name": "note", "type": "string"},"#;
    let read = read_from(field, vec![("note", Value::String("n".into()))]);
    assert_eq!(read.unwrap(), CaseEvent { note: Some("n".into()), ..event() });
}

#[test]
fn a_field_of_another_type_is_rejected_without_quoting_its_value() {
    for (schema, value) in
        [(r#""string""#, Value::String("canary".into())), (r#""long""#, Value::Long(4711))]
    {
        let field = format!(r#"{{"name": "is_bot", "type": {schema}}},"#);
        let rejected = decode_error(read_from(&field, vec![("is_bot", value)]).unwrap_err());
        let expected = "a boolean".to_owned();
        assert_eq!(rejected.problem(), &DecodeProblem::WrongType { expected });
        assert_eq!(rejected.to_string(), "is_bot: another type, expected a boolean");
    }
}

#[test]
fn a_struct_that_does_not_follow_its_schema_is_a_mismatch() {
    #[derive(Serialize)]
    struct SampleRecord {
        id: &'static str,
        count: i64,
    }
    for (fields, expected) in [
        (r#"{"name": "id", "type": "string"}, {"name": "count", "type": "long"}"#, Ok(())),
        (
            r#"{"name": "count", "type": "long"}, {"name": "id", "type": "string"}"#,
            Err("field id, but the schema has count"),
        ),
        (
            r#"{"name": "id", "type": "string"}"#,
            Err("field count after the last field of the schema"),
        ),
        (
            r#"{"name": "id", "type": "string"}, {"name": "count", "type": "long"},
               {"name": "more", "type": "long"}"#,
            Err("field more is missing"),
        ),
        (
            r#"{"name": "id", "type": "string"}, {"name": "count", "type": "int"}"#,
            Err("count: an i64, but the schema has Int"),
        ),
        (
            r#"{"name": "id", "type": ["null", "string"]}, {"name": "count", "type": "long"}"#,
            Err("id: a text, but the schema has Union([Null, String])"),
        ),
    ] {
        let text =
            format!(r#"{{"type": "record", "name": "harken.test.Sample", "fields": [{fields}]}}"#);
        let shape = Shape::from_schema(&registry::parse(&text).unwrap()).unwrap();
        let written = encode::write(&shape, &SampleRecord { id: "1", count: 2 }, &mut Vec::new());
        assert_eq!(written.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }
}
