//! Which words are too common to tell of anybody?
//!
//! Words of ordinary sentences are data; to them come words that the texts at hand write in small letters, as they write no name.

use factum_link::forms::latin;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;

/// How common a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Common {
    /// It means something, and is a name as well.
    Word,
    /// It only ties other words.
    Function,
}

struct Words {
    latin: FxHashMap<String, Common>,
    /// As they are written.
    written: FxHashMap<&'static str, Common>,
    running: FxHashSet<&'static str>,
}

fn words() -> &'static Words {
    static READ: OnceLock<Words> = OnceLock::new();
    READ.get_or_init(|| {
        let mut all =
            Words { latin: FxHashMap::default(), written: FxHashMap::default(), running: FxHashSet::default() };
        let file = include_str!("../../data/common.tsv").lines().filter(|line| !line.starts_with('#'));
        for (kind, listed) in file.filter_map(|line| line.split_once('\t')) {
            for word in listed.split_whitespace() {
                if kind == "run" {
                    all.running.insert(word);
                    continue;
                }
                let common = if kind == "function" { Common::Function } else { Common::Word };
                for known in
                    [all.latin.entry(latin(word).concat()).or_insert(common), all.written.entry(word).or_insert(common)]
                {
                    *known = (*known).max(common);
                }
            }
        }
        all
    })
}

/// How common a word in lower-case Latin letters is, if it is.
pub(super) fn common(word: &str) -> Option<Common> {
    words().latin.get(word).copied()
}

/// The same of a word as it is written, for scripts in which too many words have the same Latin letters.
pub(super) fn common_as_written(word: &str) -> Option<Common> {
    words().written.get(word).copied()
}

/// Whether two Chinese characters that are a name are a word as well.
pub(super) fn is_running_word(characters: &str) -> bool {
    words().running.contains(characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_read() {
        for line in include_str!("../../data/common.tsv").lines().filter(|line| !line.starts_with('#')) {
            let (kind, listed) = line.split_once('\t').unwrap();
            assert!(["function", "word", "run"].contains(&kind) && !listed.is_empty(), "{line}");
        }
        let check = |word: &str, expected: Option<Common>| assert_eq!(common(word), expected, "{word}");
        check("hope", Some(Common::Word));
        check("may", Some(Common::Function));
        check("torvel", None);
        assert!(is_running_word("高峰") && !is_running_word("吴芳"));
    }
}
