//! Does a case hold what it promises?
