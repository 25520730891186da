//! Reads rows from CSV (RFC 4180) with a header line.
//!
//! An account is given by the columns `platform` and `author_id`, or by one column per platform such as
//! `author_id.x`, which can list several ids separated by `;`.

use std::io::Read;

use csv::{Reader, ReaderBuilder, StringRecord};

use super::{CustomerRow, Identity};

/// The meaning of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Tenant,
    CustomerId,
    Tier,
    Value,
    OpenCases,
    UpdatedAt,
    Deleted,
    MatchedBy,
    Confidence,
    Platform,
    AuthorId,
    AuthorIdOf(String),
    Ignored,
}

impl Column {
    fn of(name: &str) -> Self {
        match name.trim() {
            "tenant" => Column::Tenant,
            "customer_id" => Column::CustomerId,
            "tier" => Column::Tier,
            "value" => Column::Value,
            "open_cases" => Column::OpenCases,
            "updated_at" => Column::UpdatedAt,
            "deleted" => Column::Deleted,
            "matched_by" => Column::MatchedBy,
            "confidence" => Column::Confidence,
            "platform" => Column::Platform,
            "author_id" => Column::AuthorId,
            name => match name.strip_prefix("author_id.") {
                Some(platform) => Column::AuthorIdOf(platform.to_owned()),
                None => Column::Ignored,
            },
        }
    }
}

/// A line number, and the row that starts there or the reason why it is invalid.
pub(super) type NumberedRow = (u64, Result<CustomerRow, String>);

/// The rows of a file.
pub(super) struct CsvRows<R> {
    reader: Reader<R>,
    columns: Vec<Column>,
    record: StringRecord,
}

/// The name of a column that occurs twice: which of the two counts cannot be known.
fn repeated<'a>(names: &[&'a str], columns: &[Column]) -> Option<&'a str> {
    let is_repeated =
        |at: &usize| columns[*at] != Column::Ignored && columns[..*at].contains(&columns[*at]);
    (0..columns.len()).find(is_repeated).and_then(|at| names.get(at)).copied()
}

impl<R: Read> CsvRows<R> {
    /// Reads the header. Also returns the names of ignored columns.
    ///
    /// # Errors
    /// If the header lacks the columns for a customer and an account.
    pub(super) fn new(from: R) -> Result<(Self, Vec<String>), String> {
        // Flexible: a row with a wrong number of fields must not end the import.
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(from);
        let names = reader.headers().map_err(|_| "its header is unreadable".to_owned())?;
        // Spreadsheets write a byte order mark.
        let names: Vec<_> = names.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
        let columns: Vec<_> = names.iter().map(|name| Column::of(name)).collect();
        if let Some(name) = repeated(&names, &columns) {
            return Err(format!("its header has the column {name} twice"));
        }
        let has = |column: &Column| columns.contains(column);
        let is_platform = |column: &Column| matches!(column, Column::AuthorIdOf(_));
        let has_account =
            has(&Column::Platform) && has(&Column::AuthorId) || columns.iter().any(is_platform);
        if !has(&Column::CustomerId) || !has_account {
            return Err("its header must contain the columns customer_id and either platform \
                        and author_id, or author_id.<platform>"
                .to_owned());
        }
        let ignored = names.iter().zip(&columns);
        let passed = ignored.filter(|(_, column)| **column == Column::Ignored);
        let passed = passed.map(|(name, _)| (*name).to_owned()).collect();
        Ok((Self { reader, columns, record: StringRecord::new() }, passed))
    }

    /// The next row with the number of its first line; `None` at the end.
    ///
    /// # Errors
    /// If reading fails.
    pub(super) fn next_row(&mut self) -> Result<Option<NumberedRow>, String> {
        // A record that fails to parse has no position of its own.
        let line = self.reader.position().line();
        match self.reader.read_record(&mut self.record) {
            Ok(true) => {
                let line = self.record.position().map_or(line, csv::Position::line);
                Ok(Some((line, self.row())))
            }
            Ok(false) => Ok(None),
            Err(error) if error.is_io_error() => Err("reading fails".to_owned()),
            Err(_) => Ok(Some((line, Err("not UTF-8".to_owned())))),
        }
    }

    fn row(&self) -> Result<CustomerRow, String> {
        if self.record.len() != self.columns.len() {
            let (has, names) = (self.record.len(), self.columns.len());
            return Err(format!("{has} fields, but the header has {names} columns"));
        }
        let mut row = CustomerRow::default();
        let (mut platform, mut author_id) = ("", "");
        for (column, field) in self.columns.iter().zip(&self.record) {
            let field = field.trim();
            if field.is_empty() {
                continue;
            }
            match column {
                Column::Tenant => row.tenant = Some(field.to_owned()),
                Column::CustomerId => row.customer_id = field.to_owned(),
                Column::Tier => row.tier = field.to_owned(),
                Column::Value => row.value = parse_number("value", field)?,
                Column::OpenCases => row.open_cases = parse_number("open_cases", field)?,
                Column::UpdatedAt => row.updated_at = Some(field.to_owned()),
                Column::Deleted => row.deleted = parse_bool(field)?,
                Column::MatchedBy => row.matched_by = Some(field.to_owned()),
                Column::Confidence => row.confidence = Some(parse_number("confidence", field)?),
                Column::Platform => platform = field,
                Column::AuthorId => author_id = field,
                Column::AuthorIdOf(platform) => {
                    let ids = field.split(';').map(str::trim).filter(|id| !id.is_empty());
                    row.identities.extend(ids.map(|id| identity(platform, id)));
                }
                Column::Ignored => {}
            }
        }
        if !(platform.is_empty() && author_id.is_empty()) {
            row.identities.push(identity(platform, author_id));
        }
        Ok(row)
    }
}

fn identity(platform: &str, author_id: &str) -> Identity {
    let (platform, author_id) = (platform.to_owned(), author_id.to_owned());
    Identity { platform, author_id, ..Identity::default() }
}

fn parse_number<T: std::str::FromStr>(name: &str, field: &str) -> Result<T, String> {
    field.parse().map_err(|_| format!("{name} is not a number"))
}

fn parse_bool(field: &str) -> Result<bool, String> {
    match field.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err("deleted is neither true nor false".to_owned()),
    }
}
