//! How does an inquiry keep its evidence so that nobody can say it was altered?
//!
//! A case is a folder: sealed objects, a transparency log, an index that can be thrown away. The log orders, the vault seals and
//! keeps, this module says what the bytes mean and who may say them.

pub mod about;
pub mod access;
pub mod anchor;
pub mod bundle;
pub mod canonical;
pub mod chain;
pub mod check;
pub mod collect;
pub mod derive;
pub mod evidence;
pub mod export;
pub mod folder;
pub mod founding;
pub mod governance;
pub mod history;
pub mod ids;
pub mod items;
pub mod keyring;
pub mod kit;
pub mod ledger;
pub mod membership;
mod opener;
pub mod part;
pub mod publishing;
pub mod register;
pub mod rehearsal;
pub mod replay;
pub mod reseal;
pub mod runs;
pub mod search;
pub mod seen;
pub mod shred;
pub mod time;
pub mod view;
pub mod viewing;
pub mod work;
pub mod writer;

#[cfg(test)]
mod handling;
#[cfg(test)]
mod tests;
