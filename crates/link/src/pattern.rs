//! How does a pair of records agree, in one integer?

use crate::Field;

/// The levels of agreement of a pair, four bits a field. Two pairs with the same pattern differ at most in how rare the
/// values are on which they agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern(pub u64);

impl Pattern {
    /// The level of a field.
    pub fn level(self, field: Field) -> u8 {
        (self.0 >> (4 * field.index()) & 15) as u8
    }

    pub(crate) fn with(self, field: Field, level: u8) -> Pattern {
        Pattern(self.0 | u64::from(level) << (4 * field.index()))
    }
}
