//! Draws: what they hold, what they leave out, and that they can be read again.
