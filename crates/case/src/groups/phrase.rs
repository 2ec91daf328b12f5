//! What does one name, as written, say: whom does it name, and of how many others does it speak?
//!
//! A name is cut into pieces at commas, brackets and words for "and". Each piece names somebody, or speaks of people whom it
//! does not name, or describes. Where a piece could be either, it counts as a name: a person lost from the linkage is worse
//! than a group that went in as one person.

use super::Others;
use super::lexicon::{self, *};
use crate::lists::ascii_digits;
use crate::words::words;

/// More people than this in one record are taken for another kind of number.
const MOST: u32 = 100_000;

/// A word or phrase with what it may mean and where it stands.
#[derive(Clone, Debug)]
struct Token {
    classes: Classes,
    value: u32,
    start: usize,
    end: usize,
    /// Words it is made of.
    words: usize,
    /// Written in digits.
    digits: bool,
    /// A comma, bracket or the like stands before it.
    after_break: bool,
    /// An ampersand or plus sign stands before it.
    after_and: bool,
}

impl Token {
    fn is(&self, classes: Classes) -> bool {
        self.classes & classes != 0
    }

    fn is_name(&self) -> bool {
        self.classes == 0
    }
}

/// A stretch of tokens between breaks.
#[derive(Clone, Debug)]
struct Piece {
    tokens: Vec<Token>,
    /// A word or sign for "and" joins it to what stands before.
    joined: bool,
    /// The joining word may as well be an initial: `e`.
    weakly: bool,
    /// A word such as "known as" announces a name.
    announced: bool,
}

/// What a piece is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing that concerns us.
    Nothing,
    /// A number alone.
    Number(u32),
    /// Somebody by name, without the words that say that a part of it is unknown.
    Name,
    /// People not named: how many, if it says; whether it says that there are people rather than describes one.
    People { number: Option<u32>, counted: bool },
    /// A person through another one.
    Relation { number: Option<u32> },
}

/// Whether a part of a name consists of nothing but words that say that it is not known.
pub(super) fn is_unknown(text: &str) -> bool {
    let tokens = tokens(text);
    tokens.iter().any(|t| t.is(UNKNOWN | UNIDENTIFIED)) && tokens.iter().all(|t| t.is(UNKNOWN | UNIDENTIFIED | FILLER))
}

/// Whether a part of a name is nothing but words of names, none of which begins or ends anything that could mean more beside
/// another part.
pub(super) fn is_plain(text: &str) -> bool {
    let tokens = simple_tokens(text);
    let is_name = |(word, token): &(String, Token)| {
        !word.is_empty() && token.is_name() && !token.after_and && !lexicon::begins(word)
    };
    !tokens.is_empty() && !text.contains(['&', '+']) && tokens.iter().all(is_name)
}

/// What one written name says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The part that names a person, if it is not the whole.
    pub part: Option<String>,
    /// Whether anybody is named.
    pub named: bool,
    /// The people who are not.
    pub others: Others,
}

/// Reads one name.
pub(super) fn read(text: &str) -> Said {
    let tokens = tokens(text);
    if !tokens.iter().any(|t| t.classes & !(AND | OF | AT | AGE | FILLER | AKA | LEAST) != 0)
        && !tokens.iter().any(|t| t.is(AND) || t.after_and)
    {
        // The common case, and the fast one: nothing but a name.
        return Said { named: true, ..Said::default() };
    }
    if tokens.iter().all(|t| t.is(NOTHING)) {
        return Said { others: Others::stated(1), ..Said::default() };
    }
    combine(text, &pieces(tokens))
}

fn tokens(text: &str) -> Vec<Token> {
    let simple = simple_tokens(text);
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < simple.len() {
        let most = if lexicon::begins(&simple[at].0) { lexicon::LONGEST.min(simple.len() - at) } else { 0 };
        let longest = (1..=most).rev().find_map(|n| {
            let unbroken = simple[at + 1..at + n].iter().all(|(_, t)| !t.after_break && !t.after_and);
            let phrase = simple[at..at + n].iter().map(|(w, _)| w.as_str()).collect::<Vec<_>>().join(" ");
            lexicon::look_up(&phrase).filter(|_| unbroken).map(|entry| (n, entry))
        });
        let (n, entry) = longest.unwrap_or((1, Entry::default()));
        let mut token = simple[at].1.clone();
        token.words = n;
        token.end = simple[at + n - 1].1.end;
        if !token.digits {
            (token.classes, token.value) = (entry.classes, entry.value);
        }
        tokens.push(token);
        at += n;
    }
    tokens
}

/// Words with their folded form; Arabic "and", which is written to the next word, parted where what remains is known.
fn simple_tokens(text: &str) -> Vec<(String, Token)> {
    let mut found = Vec::new();
    let (mut after_break, mut after_and) = (false, false);
    let in_word = |c: char| {
        c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) || matches!(c, '\'' | '’' | 'ʼ' | 'ـ')
    };
    let mut rest = text.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        if !in_word(c) {
            after_break |= matches!(c, ',' | ';' | '/' | '(' | ')' | '[' | ']' | ':' | '،' | '؛' | '–' | '—' | '\n');
            after_and |= matches!(c, '&' | '+');
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some((at, c)) = rest.next_if(|(_, c)| in_word(*c)) {
            end = at + c.len_utf8();
        }
        let folded = words(&text[start..end]).concat();
        let number = ascii_digits(folded.trim_matches(['x', '×'])).parse::<u32>().ok();
        let token = Token {
            classes: if number.is_some() { NUMBER } else { 0 },
            value: number.unwrap_or(0),
            start,
            end,
            words: 1,
            digits: number.is_some(),
            after_break,
            after_and,
        };
        (after_break, after_and) = (false, false);
        match folded.strip_prefix('و') {
            Some(joined) if lexicon::look_up(&folded).is_none() && lexicon::look_up(joined).is_some() => {
                found.push((joined.to_string(), Token { after_and: true, ..token }));
            }
            _ => found.push((folded, token)),
        }
    }
    found
}

fn pieces(tokens: Vec<Token>) -> Vec<Piece> {
    let empty = || Piece { tokens: Vec::new(), joined: false, weakly: false, announced: false };
    let mut pieces = vec![empty()];
    let open = |pieces: &mut Vec<Piece>| {
        if pieces.last().is_some_and(|p| !p.tokens.is_empty()) {
            pieces.push(empty());
        }
    };
    for token in tokens {
        let last = pieces.last().map_or(&[][..], |p| p.tokens.as_slice());
        let breaks = token.after_break || token.after_and || token.is(AND);
        let announces = token.is(AKA) && last.iter().any(|t| t.is(UNIDENTIFIED | UNKNOWN));
        // "Juan Perez 3 others": the number begins what is not named.
        let splits = last.iter().any(Token::is_name)
            && (token.is(OTHERS) && (token.words > 1 || last.last().is_some_and(|t| t.is(NUMBER)))
                || token.is(MORE) && last.last().is_some_and(|t| t.is(NUMBER)));
        if splits {
            let number = pieces.last_mut().and_then(|p| p.tokens.pop_if(|t| t.is(NUMBER)));
            open(&mut pieces);
            if let Some(piece) = pieces.last_mut() {
                piece.joined = true;
                piece.tokens.extend(number);
            }
        } else if breaks || announces {
            open(&mut pieces);
        }
        if let Some(piece) = pieces.last_mut() {
            piece.joined |= token.after_and || token.is(AND);
            piece.weakly |= token.is(AND) && token.value == 1;
            piece.announced |= announces;
            if !token.is(AND) && !announces {
                piece.tokens.push(token);
            }
        }
    }
    pieces.retain(|p| !p.tokens.is_empty());
    pieces
}

fn classify(piece: &Piece) -> Kind {
    let says = |t: &Token| t.is(UNIDENTIFIED | UNKNOWN | ONE | TWO | MANY | GROUP | PAIR | SOME);
    // "unknown man found in Mirna": the place is no name.
    let cut = piece.tokens.iter().position(|t| t.is(AT)).filter(|&at| piece.tokens[..at].iter().any(says));
    let tokens = &piece.tokens[..cut.unwrap_or(piece.tokens.len())];
    let has = |classes: Classes| tokens.iter().any(|t| t.is(classes));
    let number = number(tokens);
    let relation = relation(tokens, piece.joined);
    if relation && tokens.iter().any(Token::is_name) {
        return Kind::Relation { number: number.or((!has(RELATIONS)).then_some(1)) };
    }
    if !tokens.iter().any(Token::is_name) {
        if relation && has(OF) {
            return Kind::Relation { number: number.or((!has(RELATIONS)).then_some(1)) };
        }
        let people = UNIDENTIFIED | UNKNOWN | ONE | TWO | MANY | GROUP | PAIR | SOME | RELATION | RELATIONS | RELATIVE;
        return match number {
            Some(n) if has(people | OTHERS | MORE) => Kind::People { number: Some(n), counted: true },
            None if has(OTHERS) => Kind::People { number: None, counted: true },
            None if has(SOME | GROUP | RELATIONS) || (has(MANY) && !has(ONE)) => {
                Kind::People { number: None, counted: false }
            }
            None if has(people | ANOTHER) => Kind::People { number: Some(1), counted: has(ANOTHER) },
            _ => match tokens {
                [only] if only.is(NUMBER) => Kind::Number(only.value),
                _ => Kind::Nothing,
            },
        };
    }
    let group_first = tokens.iter().find(|t| !t.is(FILLER)).is_some_and(|t| t.is(GROUP | PAIR) && !t.is(RELATION));
    let name_first = tokens.iter().find(|t| !t.is(FILLER)).is_some_and(Token::is_name);
    let group_last = tokens.last().is_some_and(|t| t.is(GROUP_END));
    if let Some(n) = number
        && has(MANY | TWO | GROUP | UNIDENTIFIED)
    {
        Kind::People { number: Some(n), counted: true }
    } else if group_first || group_last {
        Kind::People { number, counted: false }
    } else if (has(UNIDENTIFIED) && (has(ONE | MANY) || !name_first)) || (has(UNKNOWN) && has(ONE | MANY)) {
        let several = has(MANY) && !has(ONE);
        Kind::People { number: (!several).then_some(number.unwrap_or(1)), counted: false }
    } else {
        Kind::Name
    }
}

/// Whether a piece begins with a person through another one: "son of …", "two daughters of …", "жена …", "and brother …".
fn relation(tokens: &[Token], joined: bool) -> bool {
    let mut rest = tokens.iter().skip_while(|t| t.is(FILLER | NUMBER) && !t.is(RELATION | RELATIONS | RELATIVE));
    match rest.next() {
        Some(t) if t.is(RELATIVE) => true,
        Some(t) if t.is(RELATION | RELATIONS) => joined || rest.next().is_some_and(|t| t.is(OF)),
        _ => false,
    }
}

/// The number of people a piece states. A number after a noun for one person is a label ("Body 17"), beside a word for years
/// it is an age.
fn number(tokens: &[Token]) -> Option<u32> {
    let counted = MANY | ONE | TWO | OTHERS | MORE | ANOTHER | UNKNOWN | UNIDENTIFIED | RELATION | RELATIONS | RELATIVE;
    let is_age =
        |at: usize| at > 0 && tokens[at - 1].is(AGE) || tokens.get(at + 1).is_some_and(|t| t.is(AGE) && !t.is(FILLER));
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.is(NUMBER | SCALE)) {
        if is_age(at) || token.value == 0 || token.value > MOST {
            continue;
        }
        let before = tokens[..at].iter().rfind(|t| !t.is(FILLER));
        let of_group = before.is_some_and(|t| t.is(OF)) && tokens[..at].iter().any(|t| t.is(GROUP | MANY | SOME));
        let after_many = before.is_some_and(|t| t.is(MANY | GROUP) && !t.is(ONE));
        let leads = tokens[at + 1..].iter().any(|t| t.is(counted | GROUP | PAIR));
        let after_one = tokens[..at].iter().any(|t| t.is(ONE) && !t.is(MANY));
        let after_more = before.is_some_and(|t| t.is(OTHERS | MORE | ANOTHER));
        if of_group || after_many || after_more || (leads && !after_one) {
            let scale = tokens.get(at + 1).filter(|t| t.is(SCALE) && !token.is(SCALE)).map_or(1, |t| t.value);
            return Some(token.value.saturating_mul(scale)).filter(|n| *n <= MOST);
        }
    }
    tokens.iter().find(|t| t.is(TWO | PAIR)).map(|t| t.value)
}

/// Whether the number of a piece is the least: "more than 30", "20-30".
fn at_least(tokens: &[Token]) -> bool {
    let range = tokens.windows(2).any(|pair| pair[0].digits && pair[1].digits);
    range || (tokens.iter().any(|t| t.is(LEAST)) && tokens.iter().any(|t| t.is(NUMBER | SCALE)))
}

fn combine(text: &str, pieces: &[Piece]) -> Said {
    let kinds: Vec<Kind> = pieces.iter().map(classify).collect();
    let names = |piece: &Piece| piece.tokens.iter().filter(|t| t.is_name()).count();
    let mut said = Said::default();
    // Pieces of the name, and whether people who are not named came before it.
    let mut run: Vec<usize> = Vec::new();
    let mut unnamed_before = false;
    for (at, piece) in pieces.iter().enumerate() {
        match &kinds[at] {
            Kind::Name if run.is_empty() && piece.announced => {
                // The name of the one who was unknown so far.
                said.others = Others::default();
                run.push(at);
            }
            Kind::Name if run.is_empty() && (!unnamed_before || piece.joined) => run.push(at),
            // "unknown man, Mirna" names a place, "unknown man (Juan Perez?)" the man, "2 unknown, Juan Perez" a third.
            Kind::Name if run.is_empty() && names(piece) >= 2 => {
                if said.others == Others::stated(1) {
                    said.others = Others::default();
                }
                run.push(at);
            }
            Kind::Name if run.last().is_some_and(|last| last + 1 == at) => {
                let another = piece.joined && !piece.weakly && names(piece) >= 2;
                if another && run.iter().map(|i| names(&pieces[*i])).sum::<usize>() >= 2 {
                    said.others.add(Some(1));
                } else {
                    run.push(at);
                }
            }
            Kind::Name if !run.is_empty() && piece.joined => said.others.add(Some(1)),
            Kind::People { number, counted } => {
                let number = number.or_else(|| match kinds.get(at + 1) {
                    Some(Kind::Number(n)) if *n > 0 && *n <= MOST => Some(*n),
                    _ => None,
                });
                // Beside a name or another description, "(soldier)" describes; "and a soldier" and "2 soldiers" are people.
                let first = run.is_empty() && !unnamed_before;
                if first || piece.joined || *counted {
                    said.others.add(number);
                    said.others.more |= at_least(&piece.tokens);
                }
                unnamed_before |= run.is_empty();
            }
            Kind::Relation { number } => {
                let first = run.is_empty() && !unnamed_before;
                if first || piece.joined {
                    said.others.add(*number);
                }
                unnamed_before |= run.is_empty();
            }
            Kind::Number(n) if !run.is_empty() && piece.joined => said.others.add(Some(*n)),
            Kind::Name | Kind::Nothing | Kind::Number(_) => {}
        }
    }
    said.named = !run.is_empty();
    said.part = part(text, pieces, &run);
    if !said.named && said.others.is_none() {
        // Fillers only: a name after all.
        said.named = true;
    }
    said
}

/// The words of the pieces that name somebody, as they are written; `None` when that is the whole text.
fn part(text: &str, pieces: &[Piece], run: &[usize]) -> Option<String> {
    let (first, last) = (run.first()?, run.last()?);
    let dropped = |t: &Token| t.is(UNKNOWN | UNIDENTIFIED | AKA) || (t.is(FILLER) && is_word_for_name(text, t));
    let tokens: Vec<&Token> = pieces[*first..=*last].iter().flat_map(|p| &p.tokens).collect();
    let unknown = tokens.iter().any(|t| t.is(UNKNOWN | UNIDENTIFIED));
    let kept: Vec<&Token> = tokens.into_iter().filter(|t| !(unknown && dropped(t))).collect();
    let (start, end) = (kept.first()?.start, kept.last()?.end);
    let part = if unknown {
        kept.iter().map(|t| &text[t.start..t.end]).collect::<Vec<_>>().join(" ")
    } else {
        text[start..end].to_string()
    };
    (part != text.trim()).then_some(part)
}

/// "surname unknown" leaves no "surname" behind.
fn is_word_for_name(text: &str, token: &Token) -> bool {
    let word = words(&text[token.start..token.end]).join(" ");
    ["name", "nom", "apellid", "prenom", "имя", "фамил", "اسم"]
        .iter()
        .any(|n| word.contains(words(n).concat().as_str()))
}
