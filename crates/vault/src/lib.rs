//! Where do the bytes lie, and who can open them?

pub mod card;
pub mod fields;
pub mod identity;
pub mod index;
pub mod journal;
pub mod keys;
pub mod note;
pub mod object;
pub mod padme;
pub mod parcel;
pub mod passphrase;
pub mod replaced;
pub mod sharing;
pub mod signing;
pub mod store;
