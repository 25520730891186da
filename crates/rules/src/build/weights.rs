//! Builds the weights of the priority.

use mention::{Intent, Level};

use super::Builder;
use crate::condition::Scope;
use crate::file::{self, FactorPoints};
use crate::model::{Floor, Weights};
use crate::problem::InFile;

/// The highest weight; more is a typing error.
const MAX_POINTS: i32 = 1000;
/// The longest head start per point: one day.
const MAX_SECONDS_PER_POINT: i64 = 86_400;

impl Builder<'_, '_> {
    pub(super) fn weights(&mut self) -> Vec<Weights> {
        let files = self.files;
        self.require_unique("weights", files.weights.iter().map(|w| (w.file, &w.entry.name)));
        let mut all = Vec::new();
        for InFile { file, entry } in &files.weights {
            for tenant in &entry.tenants {
                self.require_defined(
                    "tenant",
                    *file,
                    tenant,
                    files.tenants.iter().map(|t| &t.entry.name),
                );
            }
            for (name, points, min) in points_with_bounds(entry.points.get_ref()) {
                if !(min..=MAX_POINTS).contains(&points) {
                    let what = format!("{name}: {points} is not from {min} to {MAX_POINTS}");
                    self.problems.error(
                        *file,
                        &entry.points,
                        what,
                        "use a weight within these bounds",
                    );
                }
            }
            let seconds = *entry.seconds_a_point.get_ref();
            if !(1..=MAX_SECONDS_PER_POINT).contains(&seconds) {
                let what = format!("{seconds} seconds per point");
                self.problems.error(
                    *file,
                    &entry.seconds_a_point,
                    what,
                    "write 1 to 86400 (one day)",
                );
            }
            let floors = entry.floor.iter().map(|floor| Floor {
                name: floor.name.get_ref().clone(),
                level: *floor.level.get_ref(),
                when: self.condition(*file, Some(&floor.when), Scope::Floor),
            });
            // Collected before the next use of `self`, which the closure borrows.
            let floors = floors.collect();
            self.require_unique("floor", entry.floor.iter().map(|floor| (*file, &floor.name)));
            all.push(Weights {
                name: entry.name.get_ref().clone(),
                tenants: entry.tenants.iter().map(|tenant| tenant.get_ref().clone()).collect(),
                points: entry.points.get_ref().clone(),
                seconds_per_point: seconds,
                min_scores: self.min_scores(*file, entry),
                floors,
            });
        }
        all
    }

    fn min_scores(&mut self, file: usize, entry: &file::WeightsSection) -> [i32; 4] {
        let levels = entry.levels.get_ref();
        let scores = [Level::P1, Level::P2, Level::P3, Level::P4].map(|l| levels.get(&l).copied());
        // `None` sorts before `Some`, so a missing level breaks the order or leaves the last empty.
        let is_falling = scores.windows(2).all(|pair| pair[0] > pair[1]) && scores[3].is_some();
        if !is_falling || levels.len() != 4 {
            let what = "the minimum scores of P1 to P4 do not decrease";
            let remedy = "write levels = { P1 = 80, P2 = 55, P3 = 25, P4 = 8 }";
            self.problems.error(file, &entry.levels, what, remedy);
        }
        scores.map(Option::unwrap_or_default)
    }
}

/// Every weight with its key and its minimum. Only intents that request nothing may be negative:
/// a negative weight elsewhere would let a worse mention sink.
fn points_with_bounds(points: &FactorPoints) -> Vec<(String, i32, i32)> {
    let scalars =
        points.scalar_points().into_iter().map(|(name, points)| (name.to_owned(), points, 0));
    let intents = points.intent.iter().map(|(key, points)| {
        let requests_action =
            !matches!(key, Intent::Praise | Intent::Spam | Intent::CampaignChatter | Intent::Other);
        (format!("intent.{key:?}"), *points, if requests_action { 0 } else { -MAX_POINTS })
    });
    let risks = points.risk.iter().map(|(key, points)| (format!("risk.{key:?}"), *points, 0));
    let reasons = points.reason.iter().map(|(key, points)| (format!("reason.{key}"), *points, 0));
    let tiers = points.tier.iter().map(|(key, points)| (format!("tier.{key}"), *points, 0));
    scalars.chain(intents).chain(risks).chain(reasons).chain(tiers).collect()
}
