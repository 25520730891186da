//! What a source counts, whoever shows it.

/// Is told what a source hears; every label is from a closed set.
pub trait Meter: Send + Sync + 'static {
    /// Lines or elements came in.
    fn received(&self, lines: u64);
    /// Mentions are safe in the sink.
    fn accepted(&self, mentions: u64);
    /// A line or element was turned down, for one of [`platforms::Refused::REASONS`] or the reasons
    /// of [`platforms::Skip::ALL`].
    fn rejected(&self, reason: &'static str);
    /// So many mentions were not taken now because their tenant is over its quota.
    fn over_quota(&self, mentions: u64);
    /// A request was answered with this HTTP status.
    fn answered(&self, status: u16);
}

/// Counts nothing.
impl Meter for () {
    fn received(&self, _lines: u64) {}
    fn accepted(&self, _mentions: u64) {}
    fn rejected(&self, _reason: &'static str) {}
    fn over_quota(&self, _mentions: u64) {}
    fn answered(&self, _status: u16) {}
}
