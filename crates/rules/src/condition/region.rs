//! The set of records that match a condition, as a value that can be intersected and subtracted.
//! The checks use it to prove that a rule is unreachable or that two rules overlap.
//!
//! A region is a union of boxes; a box restricts some axes independently. Text searches and list
//! lengths are axes of their own. So equal regions may look different, but never the reverse: a
//! rule that is reported as unreachable is unreachable.

use std::collections::BTreeMap;

use super::facts::EnumSet;
use super::predicate::Predicate;

mod axis;
mod coverage;
#[cfg(test)]
mod tests;

pub(super) use axis::{Axis, Range};
pub(crate) use coverage::Coverage;

/// The maximum number of boxes; operations that exceed it return `None`.
const MAX_BOXES: usize = 400;

type Cell = BTreeMap<Axis, Range>;

/// The mentions that meet a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    boxes: Vec<Cell>,
}

impl Region {
    /// The region of every record.
    #[must_use]
    pub fn all() -> Self {
        Self { boxes: vec![Cell::new()] }
    }

    pub(super) fn of_predicate(predicate: &Predicate) -> Option<Self> {
        boxes(predicate, Side::Matching).map(|boxes| Self { boxes })
    }

    /// Whether no record lies in the region.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }

    /// The intersection; `None` if it is too complex.
    #[must_use]
    pub fn and(&self, other: &Region) -> Option<Region> {
        product(&self.boxes, &other.boxes).map(|boxes| Self { boxes })
    }

    /// The difference; `None` if it is too complex.
    #[must_use]
    pub fn without(&self, other: &Region) -> Option<Region> {
        let mut left = self.boxes.clone();
        for removed in &other.boxes {
            left = left.iter().flat_map(|cell| subtract(cell, removed)).collect();
            // Exponential in the worst case: give up early.
            if left.len() > MAX_BOXES {
                return None;
            }
        }
        Some(Self { boxes: left })
    }

    /// The number of boxes.
    pub(crate) fn box_count(&self) -> usize {
        self.boxes.len()
    }

    /// Describes one box of the region, for problems; `any mention` without restrictions.
    #[must_use]
    pub fn example(&self) -> String {
        let Some(cell) = self.boxes.first() else { return "no mention".to_owned() };
        if cell.is_empty() {
            return "any mention".to_owned();
        }
        let restrictions = cell.iter().map(|(axis, range)| axis.describe(range));
        format!("mentions with {}", restrictions.collect::<Vec<_>>().join(", "))
    }
}

/// Selects the records that match a predicate, or the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Matching,
    Excluded,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Side::Matching => Side::Excluded,
            Side::Excluded => Side::Matching,
        }
    }
}

fn boxes(predicate: &Predicate, side: Side) -> Option<Vec<Cell>> {
    match (predicate, side) {
        (Predicate::All(predicates), Side::Matching)
        | (Predicate::Any(predicates), Side::Excluded) => {
            let mut all = vec![Cell::new()];
            for predicate in predicates {
                all = product(&all, &boxes(predicate, side)?)?;
            }
            Some(all)
        }
        (Predicate::All(predicates), Side::Excluded)
        | (Predicate::Any(predicates), Side::Matching) => {
            let mut any = Vec::new();
            for predicate in predicates {
                any.extend(boxes(predicate, side)?);
            }
            (any.len() <= MAX_BOXES).then_some(any)
        }
        (Predicate::Not(predicate), side) => boxes(predicate, side.other()),
        (Predicate::SetHasAny(id, values), side) => {
            Some(bits(*values, |bit| Axis::Bit(*id, bit), side))
        }
        (predicate, side) => {
            // Everything else is one comparison on one axis.
            let (axis, range) = axis::single_comparison(predicate)?;
            let universe = axis.universe();
            let range = match side {
                Side::Matching => range.and(&universe).into_iter().collect(),
                Side::Excluded => range.complement(&universe),
            };
            // A range that restricts nothing is left out: then equal boxes look equal more often.
            let cell = |range| match range == universe {
                true => Cell::new(),
                false => Cell::from([(axis.clone(), range)]),
            };
            Some(range.into_iter().map(cell).collect())
        }
    }
}

/// Boxes of the sets that contain at least one of these bits, or none of them.
fn bits(values: EnumSet, axis: impl Fn(u8) -> Axis, side: Side) -> Vec<Cell> {
    let set = (0..EnumSet::BITS as u8).filter(|bit| values >> bit & 1 == 1);
    match side {
        Side::Matching => set.map(|bit| Cell::from([(axis(bit), Range::YES)])).collect(),
        Side::Excluded => vec![set.map(|bit| (axis(bit), Range::NO)).collect()],
    }
}

fn product(left: &[Cell], right: &[Cell]) -> Option<Vec<Cell>> {
    let mut both = Vec::new();
    for one in left {
        both.extend(right.iter().filter_map(|other| intersect(one, other)));
        if both.len() > MAX_BOXES {
            return None;
        }
    }
    Some(both)
}

fn intersect(left: &Cell, right: &Cell) -> Option<Cell> {
    let mut both = left.clone();
    for (axis, range) in right {
        let range = match both.get(axis) {
            Some(current) => current.and(range)?,
            None => range.clone(),
        };
        both.insert(axis.clone(), range);
    }
    Some(both)
}

/// The boxes that remain of `cell` after `removed` is cut out.
fn subtract(cell: &Cell, removed: &Cell) -> Vec<Cell> {
    if intersect(cell, removed).is_none() {
        return vec![cell.clone()];
    }
    let (mut left, mut rest) = (Vec::new(), cell.clone());
    for (axis, range) in removed {
        let universe = axis.universe();
        let current = rest.get(axis).cloned().unwrap_or_else(|| universe.clone());
        // One piece per axis: outside on this axis, inside on the axes before it. So pieces are
        // disjoint.
        for outside in range.complement(&universe) {
            if let Some(outside) = current.and(&outside) {
                let mut piece = rest.clone();
                piece.insert(axis.clone(), outside);
                left.push(piece);
            }
        }
        if let Some(inside) = current.and(range) {
            rest.insert(axis.clone(), inside);
        }
    }
    left
}
