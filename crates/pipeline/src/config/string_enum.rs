//! Macros for settings that are written as strings.
//!
//! An enum setting lists its valid values in the error.

/// Implements `FromStr`, `Display` and serde for an enum from one table of names.
macro_rules! string_enum {
    ($choice:ty { $($variant:ident = $name:literal),* $(,)? }) => {
        impl std::str::FromStr for $choice {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(format!("{text:?} is not one of {}", [$($name),*].join(", "))),
                }
            }
        }

        impl std::fmt::Display for $choice {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(match self { $(Self::$variant => $name,)* })
            }
        }

        crate::config::string_enum::string_setting!($choice);
    };
}

/// Implements serde for a setting as a string, using `FromStr` and `Display`.
macro_rules! string_setting {
    ($($setting:ty),*) => {$(
        impl<'de> serde::Deserialize<'de> for $setting {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $setting {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
    )*};
}

pub(super) use {string_enum, string_setting};
