//! What can be chosen about cases, beside the rules.

use stage::Micros;

use crate::Filter;

/// The settings. By default nothing is dropped, taken back, reopened or foreseen: what ships is in
/// the program's reference of settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// What is dropped instead of routed.
    pub filter: Filter,
    /// After this time without anything done a case whose author waits is taken back from the
    /// owner that has accepted it, in microseconds; none never.
    pub idle_after: Option<Micros>,
    /// A message this soon after a case was closed reopens it, in microseconds.
    pub reopen_within: Micros,
    /// Whether somebody is called before a deadline that will be missed at the pace of the queue.
    pub foresight: Foresight,
    /// Into how many parts a team's capacity falls: the partitions of the input, each of which
    /// knows its own cases only. 0 is 1.
    pub shares: u32,
}

/// Whether missed deadlines are foreseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Foresight {
    /// They are.
    On,
    /// They are not.
    #[default]
    Off,
}
