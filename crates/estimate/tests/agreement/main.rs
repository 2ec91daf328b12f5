//! The estimators against published counts and what other programs compute from them (see `reference/README.md`).

mod dga;
mod latent_class;
mod published;
mod rcapture;
mod reference;
