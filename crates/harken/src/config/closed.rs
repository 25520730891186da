//! Settings that choose from a closed set: the error names the choices.

/// Gives an enum its names in the configuration.
macro_rules! closed {
    ($choice:ty { $($variant:ident = $name:literal),* $(,)? }) => {
        impl std::str::FromStr for $choice {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(format!("{text:?} is none of {}", [$($name),*].join(", "))),
                }
            }
        }

        impl std::fmt::Display for $choice {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(match self { $(Self::$variant => $name,)* })
            }
        }

        crate::config::closed::as_string!($choice);
    };
}

/// Reads and shows a setting as a string, by `FromStr` and `Display`.
macro_rules! as_string {
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

pub(super) use {as_string, closed};
