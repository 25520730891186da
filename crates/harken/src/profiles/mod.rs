//! `harken profiles import`: a CRM's export becomes what `priority` knows of authors.
//!
//! A row tells of a customer and the accounts that are theirs; each account becomes a record of its
//! own, keyed like a mention. A row that cannot be used is reported by line and reason and stops
//! none of the others. What a row says is never quoted.
//!
//! Not yet: fetching from a CRM; finding out by itself which account is whose.

mod account;
mod csv;
mod export;
mod ndjson;
mod row;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

pub use account::Account;
pub use row::{Identity, Row};

use kafka::{Feed, admin};
use mention::topics;
use stage::Micros;
use stage::memory::Broker;

use crate::cli::{ProfilesCommand, ProfilesImportArgs, RowFormat};
use crate::config::Config;
use crate::rules::InForce;
use crate::{Problem, clock, output, run};

/// Accounts sent at a time.
const CHUNK: usize = 1_000;

/// `harken profiles`
///
/// # Errors
/// [`Problem::Usage`] when the file cannot be read or nothing in it can be used,
/// [`Problem::Config`] when the topic is missing, [`Problem::Unavailable`] when the brokers do not
/// take the records.
pub fn command(args: &ProfilesCommand, config: &Config) -> Result<(), Problem> {
    let ProfilesCommand::Import(args) = args;
    let tenant = match &args.tenant {
        Some(tenant) => tenant.clone(),
        None => InForce::load(config)?.ingest().get().tenant.clone(),
    };
    let read = read(&args.file, args.format, &tenant, clock::now())?;
    read.complain(&mut io::stderr().lock());
    if read.accounts.is_empty() && !read.refused.is_empty() {
        let file = args.file.display();
        return Err(Problem::Usage(format!("read profiles from {file}: no row can be used")));
    }
    if args.to.is_some() {
        return export::write(&read.accounts, &mut io::stdout().lock());
    }
    if !args.dry_run {
        send(&read.accounts, config)?;
    }
    output::text(&read.summary(args))
}

/// What was read from a file.
#[derive(Debug, Default)]
pub struct Import {
    /// The accounts, in the order of the file.
    pub accounts: Vec<Account>,
    /// Lines that cannot be used, and why.
    pub refused: Vec<(u64, String)>,
    /// Accounts that stand in the file again with the same customer.
    pub repeated: u64,
    /// Columns that mean nothing here.
    pub passed_over: Vec<String>,
    /// Where each account stood: its line and its customer.
    places: HashMap<Vec<u8>, (u64, String)>,
}

impl Import {
    /// Takes a row.
    fn take(&mut self, line: u64, row: Result<Row, String>, tenant: &str, now: Micros) {
        match row.and_then(|row| row.accounts(tenant, now)) {
            Ok(accounts) => accounts.into_iter().for_each(|account| self.add(line, account)),
            Err(why) => self.refused.push((line, why)),
        }
    }

    fn add(&mut self, line: u64, account: Account) {
        match self.places.entry(account.key()) {
            Entry::Vacant(place) => {
                place.insert((line, account.customer_id().to_owned()));
                self.accounts.push(account);
            }
            Entry::Occupied(place) if place.get().1 == account.customer_id() => self.repeated += 1,
            Entry::Occupied(place) => {
                let first = place.get().0;
                let why = format!("an account that line {first} has given to another customer");
                self.refused.push((line, why));
            }
        }
    }

    /// Appends the accounts to a broker in memory, before everything else it holds, and tells what
    /// cannot be used.
    pub fn known_from_the_start(&self, broker: &Broker) {
        self.complain(&mut io::stderr().lock());
        for (key, value, _) in self.accounts.iter().map(Account::record) {
            broker.append(topics::PROFILE, Micros::MIN / 2, &key, value);
        }
    }

    fn complain(&self, out: &mut impl Write) {
        let columns = self.passed_over.iter().map(|name| format!("column {name}: passed over"));
        let refused = self.refused.iter().map(|(line, why)| format!("line {line}: {why}"));
        for line in columns.chain(refused) {
            // Standard error may be closed: there is nobody left to tell, and the count stands.
            let _ = writeln!(out, "{line}");
        }
    }

    fn summary(&self, args: &ProfilesImportArgs) -> String {
        let known = self.accounts.iter().filter(|account| account.is_known()).count();
        let forgotten = self.accounts.len() - known;
        let (refused, repeated) = (self.refused.len(), self.repeated);
        let done = if args.dry_run { "to be imported" } else { "imported" };
        format!(
            "{known} accounts {done}, {forgotten} forgotten, {repeated} repeated, {refused} rows \
             refused\n"
        )
    }
}

/// Reads a file of rows; `-` is standard input.
///
/// # Errors
/// [`Problem::Usage`] when it cannot be read, or its first line names no columns that can be used.
pub fn read(
    file: &Path,
    format: Option<RowFormat>,
    tenant: &str,
    now: Micros,
) -> Result<Import, Problem> {
    let shown = file.display();
    let cannot = |why: String| Problem::Usage(format!("read profiles from {shown}: {why}"));
    let is_csv = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let format = format.unwrap_or(if is_csv { RowFormat::Csv } else { RowFormat::Ndjson });
    let from: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(file).map_err(|error| cannot(error.to_string()))?)
    };
    parse(BufReader::new(from), format, tenant, now).map_err(cannot)
}

fn parse(
    from: impl io::BufRead,
    format: RowFormat,
    tenant: &str,
    now: Micros,
) -> Result<Import, String> {
    let mut import = Import::default();
    match format {
        RowFormat::Csv => {
            let (mut rows, passed_over) = csv::Rows::new(from)?;
            import.passed_over = passed_over;
            while let Some((line, row)) = rows.next_row()? {
                import.take(line, row, tenant, now);
            }
        }
        RowFormat::Ndjson => {
            ndjson::each(from, &mut |line, row| import.take(line, row, tenant, now))?;
        }
    }
    Ok(import)
}

fn send(accounts: &[Account], config: &Config) -> Result<(), Problem> {
    let settings = run::settings(config, None)?;
    let present = admin::partitions(&settings, config.kafka.timeout.0)
        .map_err(|fault| Problem::Unavailable(fault.message))?;
    let topic = settings.topic(topics::PROFILE);
    if !present.contains_key(&topic) {
        let remedy = "`harken topics apply` makes it";
        return Err(Problem::Config(format!("find the topic {topic}: {remedy}")));
    }
    let unavailable =
        |error: kafka::Unavailable| Problem::Unavailable(format!("send profiles: {error}"));
    let feed = Feed::new(&settings, "profiles").map_err(|f| Problem::Unavailable(f.message))?;
    for chunk in accounts.chunks(CHUNK) {
        let records: Vec<_> = chunk.iter().map(Account::record).collect();
        let each = records
            .iter()
            .map(|(key, value, time)| (key.as_slice(), value.as_deref(), *time, None));
        feed.append_to(&topic, each).map_err(unavailable)?.wait().map_err(unavailable)?;
    }
    Ok(())
}
