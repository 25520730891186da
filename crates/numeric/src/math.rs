//! Logarithm and exponential with the same result on every machine.
//!
//! `f64::ln` calls the C library of the platform, and the last digit of its result differs between
//! libraries. A score that decides whether an incident opens must not, so both functions come from
//! the `libm` crate: a port of musl's, built from IEEE 754 operations alone.

/// The natural logarithm; negative infinity for 0, NaN for a negative number.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `e^x`.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::LN_2;

    use super::*;

    #[test]
    fn the_results_agree_with_the_platform_to_fourteen_digits() {
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
    fn the_bits_of_known_values_never_change() {
        assert_eq!((ln(1.0), ln(2.0), exp(0.0)), (0.0, LN_2, 1.0));
        // One unit in the last place above e: an approximation, but the same one everywhere.
        let bits = [ln(10.0), exp(1.0), exp(-0.5)].map(f64::to_bits);
        assert_eq!(bits, [0x4002_6bb1_bbb5_5516, 0x4005_bf0a_8b14_576a, 0x3fe3_68b2_fc6f_960a]);
    }
}
