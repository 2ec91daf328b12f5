//! The estimators against published counts and what other programs compute from them (see `reference/README.md`).

mod decomposable;
mod dga;
mod latent_class;
mod log_linear;
mod published;
mod rcapture;
mod reference;
