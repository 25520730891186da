//! `harken profiles import`: publishes a CRM export as customer profiles, which `priority` joins with
//! mentions.
//!
//! A row describes a customer and their accounts; each account becomes a record keyed like a mention. An
//! invalid row is reported with line and reason and does not stop the import. The content of a row is
//! never printed.
//!
//! Not supported: fetching from a CRM, and matching accounts to customers.

mod account_record;
mod csv;
mod export;
mod ndjson;
mod row;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

pub use account_record::AccountRecord;
pub use row::{CustomerRow, Identity};

#[cfg(feature = "kafka")]
use kafka::{IdempotentProducer, OutgoingRef, admin};
use mention::topics;
use stage::EventTime;
use stage::memory::MemoryBroker;

use crate::cli::{ProfilesCommand, ProfilesImportArgs, RowFormat};
use crate::{CommandError, Failure, output};
use pipeline::clock;
use pipeline::config::Config;
#[cfg(feature = "kafka")]
use pipeline::kafka_runner;
use pipeline::rules::LoadedRules;

#[cfg(feature = "kafka")]
/// Accounts published and acknowledged together.
const CHUNK: usize = 1_000;

/// `harken profiles`
///
/// # Errors
/// [`CommandError::Usage`] if the file is unreadable or contains no valid row,
/// [`CommandError::Config`] if the topic is missing, [`CommandError::Unavailable`] if the brokers do not
/// take the records.
pub fn command(args: &ProfilesCommand, config: &Config) -> Result<(), CommandError> {
    let ProfilesCommand::Import(args) = args;
    let tenant = match &args.tenant {
        Some(tenant) => tenant.clone(),
        None => LoadedRules::load(config)?.ingest().get().tenant.clone(),
    };
    let import = read(&args.file, args.format, &tenant, clock::now().as_event_time())?;
    import.report_rejects();
    import.require_rows(&args.file)?;
    if args.to.is_some() {
        return export::print(&import.accounts);
    }
    if !args.dry_run {
        send(&import.accounts, config)?;
    }
    output::print(&import.summary(args))
}

/// The content of an export.
#[derive(Debug, Default)]
pub struct Import {
    /// The accounts, in the order of the file.
    pub accounts: Vec<AccountRecord>,
    /// Invalid rows: line number and reason.
    pub rejected: Vec<(u64, String)>,
    /// Number of accounts listed again for the same customer.
    pub repeated: u64,
    /// Names of ignored columns.
    pub ignored_columns: Vec<String>,
    /// Line and customer of the first occurrence of each account.
    first_seen: HashMap<Vec<u8>, (u64, String)>,
}

impl Import {
    /// Adds the accounts of a row, or the reason why it is invalid.
    fn add_row(
        &mut self,
        line: u64,
        row: Result<CustomerRow, String>,
        tenant: &str,
        now: EventTime,
    ) {
        match row.and_then(|row| row.accounts(tenant, now)) {
            Ok(accounts) => accounts.into_iter().for_each(|account| self.add(line, account)),
            Err(why) => self.rejected.push((line, why)),
        }
    }

    fn add(&mut self, line: u64, account: AccountRecord) {
        // Two customers cannot own one account: the first row wins and the second is reported.
        match self.first_seen.entry(account.key()) {
            Entry::Vacant(place) => {
                place.insert((line, account.customer_id().to_owned()));
                self.accounts.push(account);
            }
            Entry::Occupied(place) if place.get().1 == account.customer_id() => self.repeated += 1,
            Entry::Occupied(place) => {
                let first = place.get().0;
                let why = format!("an account that line {first} assigns to another customer");
                self.rejected.push((line, why));
            }
        }
    }

    /// Checks that at least one row is valid. An import of nothing would look like a success.
    ///
    /// # Errors
    /// [`CommandError::Usage`].
    fn require_rows(&self, file: &Path) -> Result<(), CommandError> {
        let what = match (self.accounts.is_empty(), self.rejected.is_empty()) {
            (false, _) => return Ok(()),
            (true, true) => "it has no row",
            (true, false) => "no row is valid",
        };
        Err(CommandError::Usage(format!("read profiles from {}: {what}", file.display()).into()))
    }

    /// Appends the accounts of `file` to a memory broker, at an event time before all other records, and
    /// reports invalid rows.
    ///
    /// # Errors
    /// [`CommandError::Usage`] if no row is valid.
    pub fn preload(&self, file: &Path, broker: &MemoryBroker) -> Result<(), CommandError> {
        self.report_rejects();
        self.require_rows(file)?;
        for record in self.accounts.iter().map(AccountRecord::record) {
            broker.append(topics::PROFILE, EventTime::MIN, &record.key, record.value);
        }
        Ok(())
    }

    fn report_rejects(&self) {
        let columns = self.ignored_columns.iter().map(|name| format!("column {name}: ignored"));
        let rejected = self.rejected.iter().map(|(line, why)| format!("line {line}: {why}"));
        for line in columns.chain(rejected) {
            output::report(&line);
        }
    }

    fn summary(&self, args: &ProfilesImportArgs) -> String {
        let known = self.accounts.iter().filter(|account| account.has_profile()).count();
        let deleted = self.accounts.len() - known;
        let (rejected, repeated) = (self.rejected.len(), self.repeated);
        let done = if args.dry_run { "to import" } else { "imported" };
        format!(
            "{known} accounts {done}, {deleted} deleted, {repeated} repeated, {rejected} rows \
             rejected\n"
        )
    }
}

/// Reads an export; `-` reads standard input.
///
/// # Errors
/// [`CommandError::Usage`] if it is unreadable or its header lacks required columns.
pub fn read(
    file: &Path,
    format: Option<RowFormat>,
    tenant: &str,
    now: EventTime,
) -> Result<Import, CommandError> {
    let shown = file.display();
    let unreadable =
        |why: String| CommandError::Usage(Failure::new(format!("read profiles from {shown}"), why));
    // JSON lines have no common extension, so every other name is taken for them.
    let is_csv = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let format = format.unwrap_or(if is_csv { RowFormat::Csv } else { RowFormat::Ndjson });
    let from: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(file).map_err(|error| unreadable(error.to_string()))?)
    };
    parse(BufReader::new(from), format, tenant, now).map_err(unreadable)
}

/// Parses an export. `tenant` and `now` are for rows that state none.
///
/// # Errors
/// The reason if it is unreadable or its header lacks required columns.
pub fn parse(
    from: impl io::BufRead,
    format: RowFormat,
    tenant: &str,
    now: EventTime,
) -> Result<Import, String> {
    let mut import = Import::default();
    match format {
        RowFormat::Csv => {
            let (mut rows, ignored) = csv::CsvRows::new(from)?;
            import.ignored_columns = ignored;
            while let Some((line, row)) = rows.next_row()? {
                import.add_row(line, row, tenant, now);
            }
        }
        RowFormat::Ndjson => {
            ndjson::for_each_row(from, &mut |line, row| import.add_row(line, row, tenant, now))?;
        }
    }
    Ok(import)
}

#[cfg(feature = "kafka")]
fn send(accounts: &[AccountRecord], config: &Config) -> Result<(), CommandError> {
    let settings = kafka_runner::kafka_settings(config, None)?;
    let present = admin::partition_counts(&settings, config.kafka.timeout.0)
        .map_err(|fault| CommandError::Unavailable(fault.into()))?;
    let topic = settings.topic(topics::PROFILE);
    if !present.contains_key(&topic) {
        let remedy = "`harken topics apply` creates it";
        return Err(CommandError::Config(Failure::new(format!("find the topic {topic}"), remedy)));
    }
    let unavailable = |error: kafka::BrokerUnavailable| {
        CommandError::Unavailable(Failure::new("publish profiles", error))
    };
    let producer = IdempotentProducer::new(&settings, "profiles")
        .map_err(|f| CommandError::Unavailable(f.into()))?;
    for chunk in accounts.chunks(CHUNK) {
        let records: Vec<_> = chunk.iter().map(AccountRecord::record).collect();
        let each = records.iter().map(OutgoingRef::from);
        // Waiting per chunk bounds the queue of the producer.
        producer.append(topics::PROFILE, each).map_err(unavailable)?.wait().map_err(unavailable)?;
    }
    Ok(())
}

#[cfg(not(feature = "kafka"))]
fn send(_: &[AccountRecord], _: &Config) -> Result<(), CommandError> {
    Err(crate::missing_feature())
}
