//! Does testimony become words that can be cited, and nothing else?

mod passages;
mod texts;
mod translations;
