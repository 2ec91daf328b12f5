//! Where do the bytes lie, and who can open them?
