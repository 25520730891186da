//! Logarithm and exponential from the four operations alone.
//!
//! What `f64::ln` returns is the platform's affair: its last digit differs from one C library to
//! the next, and a score that decides whether an incident opens must be the same everywhere.
//! IEEE 754 fixes `+ - * /` and the square root, so these are built from nothing else.

use std::f64::consts::{LN_2, SQRT_2};

/// The natural logarithm of a positive, normal number; accurate to about 1e-15.
///
/// `ln x = k ln 2 + 2 artanh((m - 1) / (m + 1))` for `x = m 2^k`, with `m` near 1.
#[must_use]
pub fn ln(x: f64) -> f64 {
    const TERMS: [f64; 11] = [
        1.0 / 21.0,
        1.0 / 19.0,
        1.0 / 17.0,
        1.0 / 15.0,
        1.0 / 13.0,
        1.0 / 11.0,
        1.0 / 9.0,
        1.0 / 7.0,
        1.0 / 5.0,
        1.0 / 3.0,
        1.0,
    ];
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    if mantissa > SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let series = TERMS.iter().fold(0.0, |sum, term| sum * square + term);
    exponent as f64 * LN_2 + 2.0 * s * series
}

/// `e^x`, for `x` between -700 and 700; beyond, the value at that end.
#[must_use]
pub fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let power = (x / LN_2 + if x < 0.0 { -0.5 } else { 0.5 }) as i64;
    let rest = x - power as f64 * LN_2;
    let series = (1..=14).rev().fold(1.0, |sum, n| 1.0 + sum * rest / f64::from(n));
    series * f64::from_bits(((power + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_the_library_to_fourteen_digits() {
        let mut x = 1e-9;
        while x < 1e12 {
            assert!((ln(x) - x.ln()).abs() <= 1e-14 * x.ln().abs().max(1.0), "ln {x}");
            x *= 1.37;
        }
        for x in -2000..2000 {
            let x = f64::from(x) * 0.173;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-13, "exp {x}");
        }
    }

    #[test]
    fn known_values_are_exact() {
        assert_eq!((ln(1.0), ln(2.0), exp(0.0)), (0.0, LN_2, 1.0));
    }
}
