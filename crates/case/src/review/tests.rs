//! Sessions, cards and the choice of questions.
