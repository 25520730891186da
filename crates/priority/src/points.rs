//! The arithmetic of points: exact on every machine.
//!
//! Points are whole numbers. Logarithms are counted in doublings, and a product with a probability is
//! rounded as IEEE 754 defines. Must not know: factors, terms.

/// `weight` times `share`, rounded to the nearest point; `share` is from 0 to 1.
pub(crate) fn weighted_points(weight: i32, share: f32) -> i32 {
    (f64::from(weight) * f64::from(share)).round() as i32
}

/// `each` points for each of `steps`, at most `most`.
pub(crate) fn capped_points(steps: i64, each: i32, most: i32) -> i32 {
    steps.saturating_mul(i64::from(each)).min(i64::from(most)) as i32
}

/// `each` points for each doubling of `count` + 1, at most `most`.
pub(crate) fn doubling_points(count: i64, each: i32, most: i32) -> i32 {
    // The integer logarithm instead of `ln`, whose last bit differs between platforms.
    capped_points(i64::from(count.max(0).saturating_add(1).ilog2()), each, most)
}

/// Points of a rating from 0 to 1: `worst` for 0, falling in proportion to none from 0.5 on.
pub(crate) fn low_rating_points(rating: f64, worst: i32) -> i32 {
    if rating.is_nan() {
        return 0;
    }
    let lack = ((0.5 - rating) * 2.0).clamp(0.0, 1.0);
    (f64::from(worst) * lack).round() as i32
}
