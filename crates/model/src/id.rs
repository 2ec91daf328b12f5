//! Which thing is meant? One type per noun, so that a list can never be passed where a record is wanted.

use std::fmt;

/// Declares an identifier that a person chose: text, compared as written.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it stands.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// The short name of a list of people, as the settings file gives it.
    ListId
}
text_id! {
    /// The identifier of a record within its list.
    RecordId
}
text_id! {
    /// The name of a run, such as `R-2`, by which a report cites it.
    RunId
}
