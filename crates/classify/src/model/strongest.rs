//! Why a label: the words of a text that speak for it and against it, with their weights.

use super::{Model, Table, Task, worth};
use crate::Features;
use crate::text::{Place, Sink};

/// Words of a text and what they weigh.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// A word with its parts, or two neighbours; folded as the features are (lower case, digits 0).
    pub words: String,
    /// For the label when positive: by how much it raises the label's log-odds against the mean of
    /// the others.
    pub weight: f32,
}

/// What the words of one text weigh for some labels: a buffer to be used again and again.
#[derive(Debug, Default)]
pub struct Weighing {
    asked: usize,
    pulls: Vec<Pull>,
    seen: [Seen; 2],
    places: Vec<Place>,
    /// Places × labels asked for.
    weights: Vec<f32>,
}

/// What a unit of a lane does to the log-odds of a label that was asked for.
#[derive(Clone, Copy, Debug)]
struct Pull {
    asked: usize,
    lane: usize,
    by: f32,
}

impl Model {
    /// Weighs the words of the text that `features` holds for and against each label of a task in
    /// `asked`, in one walk. A label that its task does not have has no evidence.
    pub fn weigh(&self, features: &Features, asked: &[(&Task, usize)], weighing: &mut Weighing) {
        let Weighing { asked: count, pulls, seen, places, weights } = weighing;
        *count = asked.len();
        pulls.clear();
        places.clear();
        weights.clear();
        let scale = &self.parts.table.scale;
        for (asked, &(task, label)) in asked.iter().enumerate() {
            let lanes = task.lanes.clone();
            pulls.extend(lanes.enumerate().map(|(at, lane)| {
                let by = scale[lane] * pull(task, label, at);
                Pull { asked, lane, by }
            }));
        }
        let blocks = features.blocks();
        for (seen, (hashes, _)) in seen.iter_mut().zip(blocks) {
            seen.empty(hashes.len());
        }
        let values = blocks.map(|(_, value)| value);
        let table = &self.parts.table;
        let asked = asked.len();
        features.walk(&mut Scales { table, pulls, seen, values, asked, places, weights, token: 0 });
    }
}

impl Weighing {
    /// The words that weigh most, for or against the label asked for as that number: at most
    /// `most`, heaviest first, of equals in the order of the text. `features` are those weighed.
    #[must_use]
    pub fn strongest(&self, asked: usize, most: usize, features: &Features) -> Vec<Evidence> {
        let mut heaviest: Vec<(f32, Place)> = Vec::with_capacity(most.min(self.places.len()));
        let weights = self.weights.iter().skip(asked).step_by(self.asked.max(1));
        for (&weight, &place) in weights.zip(&self.places) {
            let is_lighter = |(other, _): &&(f32, Place)| other.abs() >= weight.abs();
            let at = heaviest.iter().take_while(is_lighter).count();
            if at < most && weight != 0.0 {
                heaviest.truncate(most - 1);
                heaviest.insert(at, (weight, place));
            }
        }
        let spelled = |(weight, place)| Evidence { words: features.spell(place), weight };
        heaviest.into_iter().map(spelled).collect()
    }
}

/// Puts each feature on the scales when it comes for the first time.
struct Scales<'a> {
    table: &'a Table,
    pulls: &'a [Pull],
    seen: &'a mut [Seen; 2],
    /// Of a feature of each block.
    values: [f32; 2],
    asked: usize,
    places: &'a mut Vec<Place>,
    weights: &'a mut Vec<f32>,
    /// The place of the token that the walk is at, among `places`.
    token: usize,
}

impl Scales<'_> {
    #[inline]
    fn put(&mut self, block: usize, hash: u32, place: Place) {
        if !self.seen[block].is_new(hash) {
            return;
        }
        let at = match self.places.get(self.token) {
            Some(token) if *token == place => self.token,
            _ => self.open(place),
        };
        let row = self.table.row(self.table.column(hash));
        let weights = &mut self.weights[at * self.asked..];
        for pull in self.pulls {
            weights[pull.asked] += f32::from(worth(row[pull.lane])) * pull.by * self.values[block];
        }
    }

    fn open(&mut self, place: Place) -> usize {
        let at = self.places.len();
        self.places.push(place);
        self.weights.resize(self.weights.len() + self.asked, 0.0);
        if matches!(place, Place::Token(_)) {
            self.token = at;
        }
        at
    }
}

impl Sink for Scales<'_> {
    #[inline]
    fn word(&mut self, hash: u32, place: Place) {
        self.put(0, hash, place);
    }

    #[inline]
    fn part(&mut self, hash: u32, place: Place) {
        self.put(1, hash, place);
    }
}

/// The hashes that have come already: open addressing, since they are well mixed.
#[derive(Debug, Default)]
struct Seen {
    slots: Vec<u32>,
    has_zero: bool,
}

impl Seen {
    /// Forgets everything, and has room for so many.
    fn empty(&mut self, most: usize) {
        self.slots.clear();
        self.slots.resize((most * 2).next_power_of_two(), 0);
        self.has_zero = false;
    }

    #[inline]
    fn is_new(&mut self, hash: u32) -> bool {
        if hash == 0 {
            return !std::mem::replace(&mut self.has_zero, true);
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                0 => {
                    self.slots[at] = hash;
                    return true;
                }
                known if known == hash => return false,
                _ => at = (at + 1) & mask,
            }
        }
    }
}

/// What one unit of a task's lane, counted from 0, does to the label's log-odds against the mean
/// of the others.
fn pull(task: &Task, label: usize, lane: usize) -> f32 {
    let (lanes, labels) = (task.lanes.len(), task.labels.len());
    let Some(own) = task.matrix.get(label * lanes + lane).filter(|_| label < labels) else {
        return 0.0;
    };
    let all: f32 = task.matrix.iter().skip(lane).step_by(lanes).sum();
    own - (all - own) / (labels - 1) as f32
}
