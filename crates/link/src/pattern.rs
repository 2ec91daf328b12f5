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

    /// The fields in which both records say something, the lowest bit of four a field.
    pub(crate) fn said(self) -> u64 {
        let (pairs, all) = (self.0 | self.0 >> 1, 0x1111_1111_1111);
        (pairs | pairs >> 2) & all
    }

    pub(crate) fn with(self, field: Field, level: u8) -> Pattern {
        Pattern(self.0 | u64::from(level) << (4 * field.index()))
    }
}
