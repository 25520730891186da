//! Exports of a CRM, as CSV and as lines of JSON. Every row gives accounts or a reason; what is accepted is
//! admitted by priority, or is a tombstone with a key.
#![no_main]

use harken::cli::RowFormat;
use harken::profiles::{self, AccountRecord};
use harken_fuzz::{START, raw, selector};
use libfuzzer_sys::fuzz_target;
use mention::topics;
use stage::Input as _;

fuzz_target!(|input: &[u8]| {
    let (choice, file) = selector(input);
    let format = if choice & 1 == 0 { RowFormat::Csv } else { RowFormat::Ndjson };
    let Ok(import) = profiles::parse(file, format, "northline", START) else { return };
    for (line, reason) in &import.rejected {
        assert!(*line > 0 && !reason.is_empty());
        assert!(reason.len() < 300 && !reason.contains('\n'), "{reason}");
    }
    for record in import.accounts.iter().map(AccountRecord::record) {
        let admitted = priority::In::read(&raw(topics::PROFILE, record.key, record.value));
        assert!(admitted.is_ok(), "{admitted:?}");
    }
});
