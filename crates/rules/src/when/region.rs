//! What meets a condition, as a set that can be compared with others: how the checks know that a
//! rule can never be reached, and for which mentions two rules both speak.
//!
//! A region is a union of boxes; a box restrains some variables, each by itself. What asks for a
//! part of a word or the length of a list is a variable of its own, so regions may be found to
//! differ that are the same, but never the other way round: what is called unreachable is so.

use std::collections::BTreeMap;

use super::ask::Ask;
use super::facts::Bits;

mod axis;

pub(super) use axis::{Axis, Range};

/// A region of more boxes than this is not told.
const MOST: usize = 400;

type Cell = BTreeMap<Axis, Range>;

/// The mentions that meet a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    boxes: Vec<Cell>,
}

impl Region {
    /// Of everything.
    #[must_use]
    pub fn all() -> Self {
        Self { boxes: vec![Cell::new()] }
    }

    pub(super) fn of(ask: &Ask) -> Option<Self> {
        boxes(ask, Side::Met).map(|boxes| Self { boxes })
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }

    /// What is in both; none when that is too much to be told.
    #[must_use]
    pub fn and(&self, other: &Region) -> Option<Region> {
        product(&self.boxes, &other.boxes).map(|boxes| Self { boxes })
    }

    /// What is in this and not in the other; none when that is too much to be told.
    #[must_use]
    pub fn without(&self, other: &Region) -> Option<Region> {
        let mut left = self.boxes.clone();
        for taken in &other.boxes {
            left = left.iter().flat_map(|cell| subtract(cell, taken)).collect();
            if left.len() > MOST {
                return None;
            }
        }
        Some(Self { boxes: left })
    }

    /// One kind of mention in it, in words; `any mention` when nothing is asked.
    #[must_use]
    pub fn example(&self) -> String {
        let Some(cell) = self.boxes.first() else { return "no mention".to_owned() };
        if cell.is_empty() {
            return "any mention".to_owned();
        }
        let told = cell.iter().map(|(axis, range)| axis.told(range));
        format!("mentions with {}", told.collect::<Vec<_>>().join(", "))
    }
}

/// Whether what meets a condition is meant, or what does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Met,
    NotMet,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Side::Met => Side::NotMet,
            Side::NotMet => Side::Met,
        }
    }
}

fn boxes(ask: &Ask, side: Side) -> Option<Vec<Cell>> {
    match (ask, side) {
        (Ask::All(asks), Side::Met) | (Ask::Any(asks), Side::NotMet) => {
            let mut all = vec![Cell::new()];
            for ask in asks {
                all = product(&all, &boxes(ask, side)?)?;
            }
            Some(all)
        }
        (Ask::All(asks), Side::NotMet) | (Ask::Any(asks), Side::Met) => {
            let mut any = Vec::new();
            for ask in asks {
                any.extend(boxes(ask, side)?);
            }
            (any.len() <= MOST).then_some(any)
        }
        (Ask::Not(ask), side) => boxes(ask, side.other()),
        (Ask::Bit(var, places), side) => Some(bits(*places, |bit| Axis::Bit(*var, bit), side)),
        (ask, side) => {
            let (axis, range) = axis::question(ask)?;
            let universe = axis.universe();
            let range = match side {
                Side::Met => range.and(&universe).into_iter().collect(),
                Side::NotMet => range.complement(&universe),
            };
            Some(range.into_iter().map(|range| Cell::from([(axis.clone(), range)])).collect())
        }
    }
}

/// Boxes for: one of these bits is there; or none of them.
fn bits(places: Bits, axis: impl Fn(u8) -> Axis, side: Side) -> Vec<Cell> {
    let set = (0..Bits::BITS as u8).filter(|bit| places >> bit & 1 == 1);
    match side {
        Side::Met => set.map(|bit| Cell::from([(axis(bit), Range::YES)])).collect(),
        Side::NotMet => vec![set.map(|bit| (axis(bit), Range::NO)).collect()],
    }
}

fn product(left: &[Cell], right: &[Cell]) -> Option<Vec<Cell>> {
    let mut both = Vec::new();
    for one in left {
        both.extend(right.iter().filter_map(|other| intersect(one, other)));
        if both.len() > MOST {
            return None;
        }
    }
    Some(both)
}

fn intersect(left: &Cell, right: &Cell) -> Option<Cell> {
    let mut both = left.clone();
    for (axis, range) in right {
        let range = match both.get(axis) {
            Some(known) => known.and(range)?,
            None => range.clone(),
        };
        both.insert(axis.clone(), range);
    }
    Some(both)
}

/// What is left of a box when another is cut out of it.
fn subtract(cell: &Cell, taken: &Cell) -> Vec<Cell> {
    if intersect(cell, taken).is_none() {
        return vec![cell.clone()];
    }
    let (mut left, mut rest) = (Vec::new(), cell.clone());
    for (axis, range) in taken {
        let universe = axis.universe();
        let known = rest.get(axis).cloned().unwrap_or_else(|| universe.clone());
        for outside in range.complement(&universe) {
            if let Some(outside) = known.and(&outside) {
                let mut piece = rest.clone();
                piece.insert(axis.clone(), outside);
                left.push(piece);
            }
        }
        if let Some(inside) = known.and(range) {
            rest.insert(axis.clone(), inside);
        }
    }
    left
}
