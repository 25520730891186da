//! Whether earlier regions cover a later one, in nearly linear time for files of thousands of rules.
//!
//! Subtracting every earlier region from every later one is quadratic, and cubic where boxes gain an axis
//! with each subtraction. Nearly every rule has a record that no earlier one matches; finding it proves
//! that the rule is reachable. Only where none is found does the caller subtract.
//!
//! Some files stay quadratic or worse. So every comparison with a box is a step, and the caller stops
//! after a number of them.

use std::cell::Cell as Counter;
use std::collections::{BTreeMap, HashMap};

use super::{Axis, Cell, Range, Region};

/// A value on an axis. `Text(None)` is a string that no condition names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum AxisValue {
    EnumIndex(u32),
    Int(i64),
    Text(Option<Box<str>>),
}

/// The regions of earlier rules, by what a record needs to lie in them.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// The number of each axis in the boxes below.
    axes: BTreeMap<Axis, usize>,
    boxes: Vec<EarlierBox>,
    /// The boxes of each rule.
    of_rule: HashMap<usize, std::ops::Range<usize>>,
    /// The comparisons of a box with a record so far, and others as so many of these.
    steps: Counter<usize>,
    /// The steps after which it finds nothing any more.
    most_steps: usize,
    /// Boxes that only a record with this string, or with "yes", on this axis can lie in.
    keyed: HashMap<(usize, Box<str>), Vec<usize>>,
    /// All other boxes.
    unkeyed: Vec<usize>,
}

#[derive(Debug)]
struct EarlierBox {
    rule: usize,
    ranges: Vec<(usize, Range)>,
    cell: Cell,
}

/// A record that is moved out of the earlier boxes, within the part of a later box that is left to it.
struct Witness<'a> {
    within: Cell,
    axes: &'a BTreeMap<Axis, usize>,
    /// By the number of the axis; axes without a value have the default.
    values: BTreeMap<usize, AxisValue>,
}

impl Coverage {
    /// A comparison of two boxes takes as long as this many of a box with a record.
    const STEPS_OF_CONTAINMENT: usize = 4;
    /// The most moves of a record; more is as much work as a subtraction.
    const MAX_MOVES: usize = 64;

    /// Without regions; ends after this many steps.
    pub(crate) fn within(most_steps: usize) -> Self {
        Self { most_steps, ..Self::default() }
    }

    /// Adds the region of a rule. Rules have numbers of the caller.
    pub(crate) fn add(&mut self, rule: usize, region: &Region) {
        let first = self.boxes.len();
        self.of_rule.insert(rule, first..first + region.boxes.len());
        for cell in &region.boxes {
            let next = self.boxes.len();
            let mut ranges = Vec::with_capacity(cell.len());
            for (axis, range) in cell {
                let count = self.axes.len();
                let number = *self.axes.entry(axis.clone()).or_insert(count);
                ranges.push((number, range.clone()));
            }
            self.index(next, &ranges);
            self.boxes.push(EarlierBox { rule, ranges, cell: cell.clone() });
        }
    }

    /// Files a box under the rarest of the keys that it requires.
    fn index(&mut self, place: usize, ranges: &[(usize, Range)]) {
        let keys = ranges.iter().filter_map(|(axis, range)| {
            let keys = required_keys(*axis, range)?;
            let listed: usize =
                keys.iter().map(|key| self.keyed.get(key).map_or(0, Vec::len)).sum();
            Some((listed, keys))
        });
        match keys.min_by_key(|(listed, _)| *listed) {
            Some((_, keys)) => {
                keys.into_iter().for_each(|key| self.keyed.entry(key).or_default().push(place));
            }
            None => self.unkeyed.push(place),
        }
    }

    /// Whether a record of the region is found that lies in no region added so far. False proves nothing.
    pub(crate) fn leaves_some(&self, region: &Region) -> bool {
        region.boxes.iter().any(|cell| self.leaves_some_of(cell))
    }

    fn leaves_some_of(&self, cell: &Cell) -> bool {
        let mut witness = Witness::of(cell, &self.axes);
        for _ in 0..Self::MAX_MOVES {
            if self.is_exhausted() {
                return false;
            }
            let Some(covering) = self.boxes_around(&witness).next() else { return true };
            if !witness.leave(&covering.cell) {
                return false;
            }
        }
        false
    }

    /// A single rule added so far that covers the whole region. None proves nothing.
    pub(crate) fn covering_rule(&self, region: &Region) -> Option<usize> {
        let first = Witness::of(region.boxes.first()?, &self.axes);
        let candidates = self.boxes_around(&first).map(|earlier| earlier.rule);
        let mut candidates = candidates.take_while(|_| !self.is_exhausted());
        candidates.find(|rule| region.boxes.iter().all(|cell| self.contains(*rule, cell)))
    }

    /// Whether one box of a rule contains a box.
    fn contains(&self, rule: usize, cell: &Cell) -> bool {
        let own = self.of_rule.get(&rule).and_then(|places| self.boxes.get(places.clone()));
        own.into_iter().flatten().any(|earlier| {
            self.count_steps(Self::STEPS_OF_CONTAINMENT);
            is_within(cell, &earlier.cell)
        })
    }

    /// Counts comparisons that the caller makes itself.
    pub(crate) fn count_steps(&self, steps: usize) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }

    /// Whether all steps are taken.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.steps.get() > self.most_steps
    }

    /// The comparisons so far.
    #[cfg(test)]
    pub(crate) fn steps(&self) -> usize {
        self.steps.get()
    }

    /// The boxes that the record lies in.
    fn boxes_around<'s: 'w, 'w>(
        &'s self,
        witness: &'w Witness<'_>,
    ) -> impl Iterator<Item = &'s EarlierBox> + 'w {
        let listed = witness.keys().filter_map(|key| self.keyed.get(&key)).flatten();
        let places = listed.chain(&self.unkeyed);
        places.map(|place| &self.boxes[*place]).filter(|earlier| {
            self.count_steps(1);
            earlier.ranges.iter().all(|(axis, range)| witness.lies_in(*axis, range))
        })
    }
}

impl<'a> Witness<'a> {
    fn of(cell: &Cell, axes: &'a BTreeMap<Axis, usize>) -> Self {
        let mut witness = Self { within: Cell::new(), axes, values: BTreeMap::new() };
        cell.iter().for_each(|(axis, range)| witness.restrict(axis, range.clone()));
        witness
    }

    /// Restricts the record to a range that is not empty.
    fn restrict(&mut self, axis: &Axis, range: Range) {
        // An axis that no earlier box has needs no value.
        if let Some(number) = self.axes.get(axis) {
            self.values.insert(*number, range.first_value());
        }
        self.within.insert(axis.clone(), range);
    }

    /// Moves the record out of a box for good. Returns false if the box contains all that is left.
    fn leave(&mut self, covering: &Cell) -> bool {
        for (axis, range) in covering {
            let universe = axis.universe();
            let left = self.within.get(axis).cloned().unwrap_or_else(|| universe.clone());
            let outside = range.complement(&universe).into_iter().find_map(|part| left.and(&part));
            if let Some(outside) = outside {
                self.restrict(axis, outside);
                return true;
            }
        }
        false
    }

    /// What boxes may require of the record.
    fn keys(&self) -> impl Iterator<Item = (usize, Box<str>)> {
        self.values.iter().filter_map(|(axis, value)| match value {
            AxisValue::Text(Some(word)) => Some((*axis, word.clone())),
            AxisValue::EnumIndex(1) => Some((*axis, Box::from(""))),
            AxisValue::EnumIndex(_) | AxisValue::Int(_) | AxisValue::Text(None) => None,
        })
    }

    fn lies_in(&self, axis: usize, range: &Range) -> bool {
        match (range, self.values.get(&axis)) {
            (Range::EnumValues(values), Some(AxisValue::EnumIndex(index))) => {
                values >> index & 1 == 1
            }
            (Range::Between(from, to), Some(AxisValue::Int(value))) => (from..=to).contains(&value),
            (Range::TextIn(words), Some(AxisValue::Text(Some(word)))) => words.contains(word),
            (Range::TextNotIn(words), Some(AxisValue::Text(Some(word)))) => !words.contains(word),
            (Range::TextNotIn(_), Some(AxisValue::Text(None)) | None) => true,
            // Where nothing restricts it, the record has the least value and no other property.
            (Range::EnumValues(values), None) => values & 1 == 1,
            (Range::Between(from, to), None) => (from..=to).contains(&&0),
            _ => false,
        }
    }
}

/// Whether a box lies in another one.
fn is_within(cell: &Cell, other: &Cell) -> bool {
    other.iter().all(|(axis, range)| cell.get(axis).is_some_and(|own| own.is_within(range)))
}

/// The strings of which a record must have one on this axis; `None` if it needs none.
fn required_keys(axis: usize, range: &Range) -> Option<Vec<(usize, Box<str>)>> {
    match range {
        Range::TextIn(words) => Some(words.iter().map(|word| (axis, word.clone())).collect()),
        Range::EnumValues(0b10) => Some(vec![(axis, Box::from(""))]),
        Range::EnumValues(_) | Range::Between(..) | Range::TextNotIn(_) => None,
    }
}

impl Range {
    /// The first value of the range.
    fn first_value(&self) -> AxisValue {
        match self {
            Range::EnumValues(values) => AxisValue::EnumIndex(values.trailing_zeros()),
            Range::Between(from, _) => AxisValue::Int(*from),
            Range::TextIn(words) => AxisValue::Text(words.first().cloned()),
            Range::TextNotIn(_) => AxisValue::Text(None),
        }
    }
}
