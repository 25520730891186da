//! Writes the effects of a stage with the open transaction, each to the topic that it belongs to.

use stage::{DeadLetter, Fault, Outgoing, StateChange};

use super::KafkaLog;
use crate::record::OutgoingRef;
use crate::state_check::Place;

impl<R> KafkaLog<R> {
    pub(super) fn write_output(&self, out: &Outgoing) -> Result<(), Fault> {
        let found = self.outputs.iter().find(|(topic, _)| *topic == out.topic);
        let unknown =
            || Fault::Contract(format!("write to {}: not an output of the stage", out.topic));
        let (_, topic) = found.ok_or_else(unknown)?;
        self.transactions.send(topic, None, out.into())?;
        self.meter.record_out(out.topic);
        Ok(())
    }

    pub(super) fn write_change(
        &mut self,
        partition: i32,
        change: &StateChange,
    ) -> Result<(), Fault> {
        let found = self.changelogs.iter().find(|(stage, _)| *stage == change.stage);
        let unknown =
            || Fault::Contract(format!("write a change of {}: it has no state", change.stage));
        let (_, topic) = found.ok_or_else(unknown)?;
        let sequence = self.sequences.entry((change.stage, partition)).or_default();
        *sequence += 1;
        let mut record = OutgoingRef::from(change);
        let place = Place { topic, partition };
        record.headers = self.state_key.sign(place, *sequence, record.key, record.value);
        // Explicit: the key of a change is not the author, so hashing it would scatter them.
        self.transactions.send(topic, Some(partition), record)
    }

    pub(super) fn write_dead_letter(&self, letter: &DeadLetter) -> Result<(), Fault> {
        let topic = self.settings.dead_letters(letter.reject.stage);
        self.transactions.send(&topic, None, letter.into())?;
        self.meter.dead_letter(letter.reject.stage, letter.reject.reason);
        Ok(())
    }
}
