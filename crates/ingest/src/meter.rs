//! The port through which ingest reports its counts.

/// Receives the counts of ingest. Every label value is from a closed set.
pub trait IngestMeter: Send + Sync + 'static {
    /// Counts parsed lines or list elements.
    fn received(&self, lines: u64);
    /// Counts mentions stored in the sink.
    fn accepted(&self, mentions: u64);
    /// Counts one rejected line or element. `reason` is one of [`platforms::Rejection::REASONS`] or a
    /// name of [`platforms::SkipReason::ALL`].
    fn rejected(&self, reason: &'static str);
    /// Counts mentions rejected because their tenant is over its quota.
    fn over_quota(&self, mentions: u64);
    /// Counts one reply with this HTTP status.
    fn answered(&self, status: u16);
}

/// Discards all counts.
impl IngestMeter for () {
    fn received(&self, _lines: u64) {}
    fn accepted(&self, _mentions: u64) {}
    fn rejected(&self, _reason: &'static str) {}
    fn over_quota(&self, _mentions: u64) {}
    fn answered(&self, _status: u16) {}
}
