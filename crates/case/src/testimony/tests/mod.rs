//! Does testimony become words that can be cited, and nothing else?

mod authored;
mod folders;
mod passages;
mod texts;
mod translations;
