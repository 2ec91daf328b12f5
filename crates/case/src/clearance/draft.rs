//! Which counts of people does a draft show?
//!
//! Those that a build would print: of its tables and pictures, its annexes, and what its sentences take from runs.

use crate::custody::folder::Case;
use crate::publication::build::build;
use crate::publication::counted::{Clearing, Counted, Told};
use crate::publication::draft::{Draft, Problem};
use crate::publication::gate::Grounds;
use crate::publication::material::Memory;
use std::cell::RefCell;

/// Keeps what it is asked about, and withholds everything.
#[derive(Default)]
struct Asked(RefCell<Vec<Counted>>);

impl Clearing for Asked {
    fn clear(&self, counted: &[Counted]) -> Result<Vec<Vec<Told>>, Vec<String>> {
        self.0.borrow_mut().extend_from_slice(counted);
        Ok(counted.iter().map(|one| vec![Told::Withheld; one.cells.len()]).collect())
    }
}

/// Every count that a draft would print, and every problem for which it cannot be built yet.
pub fn counted(case: &Case, draft: &Draft, grounds: &Grounds<'_>) -> (Vec<Counted>, Vec<Problem>) {
    let asked = Asked::default();
    let problems = build(case, draft, grounds, &asked, &mut Memory::default()).err().unwrap_or_default();
    (asked.0.into_inner(), problems)
}
