//! By what is counted?
//!
//! A *space* names the respects in which people are told apart (its dimensions) and the finest categories of each. Every person
//! counted falls into exactly one finest category of every dimension; "not known" is a category like any other, otherwise
//! the margins of a table do not add up and nothing that is worked out from them holds.

use std::collections::{BTreeMap, BTreeSet};

/// One respect and one value of it: `district = North`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Category {
    /// The dimension's name.
    pub dimension: String,
    /// A finest category of it, or the name of a group of those.
    pub value: String,
}

impl Category {
    /// The category of this dimension with this name.
    pub fn new(dimension: impl Into<String>, value: impl Into<String>) -> Self {
        Category { dimension: dimension.into(), value: value.into() }
    }
}

/// One respect in which people are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Its name, unique in a space.
    pub name: String,
    /// The finest categories, which are disjoint and together hold everybody.
    pub finest: Vec<String>,
    /// Groups of finest categories that are counted too: regions of districts, years of months. Groups may overlap.
    pub groups: BTreeMap<String, Vec<String>>,
}

impl Dimension {
    /// A dimension without groups.
    pub fn new<S: Into<String>>(name: impl Into<String>, finest: impl IntoIterator<Item = S>) -> Self {
        Dimension { name: name.into(), finest: finest.into_iter().map(Into::into).collect(), groups: BTreeMap::new() }
    }

    /// The same dimension with a group more.
    pub fn with_group<S: Into<String>>(
        mut self,
        name: impl Into<String>,
        members: impl IntoIterator<Item = S>,
    ) -> Self {
        self.groups.insert(name.into(), members.into_iter().map(Into::into).collect());
        self
    }
}

/// What is wrong with a space. Dimensions are named, categories are not: they may be evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpaceFault {
    /// Two dimensions share a name.
    #[error("two dimensions are called {0}; give each its own name")]
    SameDimension(String),
    /// A dimension without categories counts nobody.
    #[error("dimension {0} has no categories; leave it out or give it at least one")]
    Empty(String),
    /// A name stands for two categories.
    #[error(
        "dimension {dimension} has two categories or groups with one name (finest category {position}); rename one"
    )]
    SameCategory {
        /// The dimension.
        dimension: String,
        /// Position of the later of the two among the finest categories, from 1.
        position: usize,
    },
    /// A group holds something that is no finest category, or nothing.
    #[error(
        "group {position} of dimension {dimension} is empty or holds a name that is no finest category; list finest categories"
    )]
    Group {
        /// The dimension.
        dimension: String,
        /// Position of the group in alphabetical order, from 1.
        position: usize,
    },
}

/// All that is wrong with a space.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct SpaceError(pub Vec<SpaceFault>);

/// The dimensions by which one kind of thing (persons, events) is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    dimensions: Vec<Dimension>,
    /// For each dimension, name of category or group to the finest categories it holds, ascending.
    members: Vec<BTreeMap<String, Vec<u32>>>,
}

impl Space {
    /// A space of these dimensions; all faults at once.
    pub fn new(dimensions: Vec<Dimension>) -> Result<Self, SpaceError> {
        let mut faults = Vec::new();
        let mut names = BTreeSet::new();
        let mut members = Vec::new();
        for dimension in &dimensions {
            if !names.insert(dimension.name.as_str()) {
                faults.push(SpaceFault::SameDimension(dimension.name.clone()));
            }
            if dimension.finest.is_empty() {
                faults.push(SpaceFault::Empty(dimension.name.clone()));
            }
            members.push(members_of(dimension, &mut faults));
        }
        if faults.is_empty() { Ok(Space { dimensions, members }) } else { Err(SpaceError(faults)) }
    }

    /// The dimensions, in the order given.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// Where this dimension stands.
    pub(crate) fn place(&self, dimension: &str) -> Option<usize> {
        self.dimensions.iter().position(|d| d.name == dimension)
    }

    /// The finest categories that a category of the dimension at this place holds.
    pub(crate) fn members(&self, place: usize, value: &str) -> Option<&[u32]> {
        self.members.get(place)?.get(value).map(Vec::as_slice)
    }
}

fn members_of(dimension: &Dimension, faults: &mut Vec<SpaceFault>) -> BTreeMap<String, Vec<u32>> {
    let mut members: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (position, name) in (0u32..).zip(&dimension.finest) {
        if members.insert(name.clone(), vec![position]).is_some() || dimension.groups.contains_key(name) {
            let position = position as usize + 1;
            faults.push(SpaceFault::SameCategory { dimension: dimension.name.clone(), position });
        }
    }
    let finest = members.clone();
    for (position, (name, group)) in dimension.groups.iter().enumerate() {
        let places: BTreeSet<u32> = group.iter().filter_map(|m| finest.get(m)).flatten().copied().collect();
        if places.is_empty() || group.iter().any(|m| !finest.contains_key(m)) {
            faults.push(SpaceFault::Group { dimension: dimension.name.clone(), position: position + 1 });
        }
        members.insert(name.clone(), places.into_iter().collect());
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_space_says_everything_that_is_wrong_with_it() {
        let check = |dimensions: Vec<Dimension>, expected: &[SpaceFault]| {
            let faults = Space::new(dimensions).map_or_else(|e| e.0, |_| Vec::new());
            assert_eq!(faults, expected);
        };
        check(vec![Dimension::new("sex", ["f", "m"]).with_group("all", ["f", "m"])], &[]);
        check(
            vec![
                Dimension::new("sex", ["f", "f"]),
                Dimension::new("sex", [] as [&str; 0]),
                Dimension::new("district", ["a", "b"]).with_group("b", ["a"]).with_group("c", ["z"]),
            ],
            &[
                SpaceFault::SameCategory { dimension: "sex".into(), position: 2 },
                SpaceFault::SameDimension("sex".into()),
                SpaceFault::Empty("sex".into()),
                SpaceFault::SameCategory { dimension: "district".into(), position: 2 },
                SpaceFault::Group { dimension: "district".into(), position: 2 },
            ],
        );
    }
}
