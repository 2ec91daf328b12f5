//! Do shares give the key back, name what is wrong with them, and say nothing while they are too few?

use super::*;
use proptest::prelude::*;

const ORIGIN: &str = "factum-case.invalid/00112233445566778899aabbccddeeff";

fn dealt(threshold: u8, count: u8) -> (SecretKey, Vec<Share>) {
    let key = SecretKey::generate().unwrap();
    let shares = split(&key, ORIGIN, threshold, count).unwrap();
    (key, shares)
}

fn pick(shares: &[Share], places: &[usize]) -> Vec<Share> {
    places.iter().map(|place| shares[*place].clone()).collect()
}

/// What joining gives: the faults when the right key came back, else the error.
fn check(key: &SecretKey, shares: &[Share], expected: Result<Vec<ShareFault>, JoinError>) {
    let joined = join(shares).map(|joined| {
        assert!(*joined.key.expose() == *key.expose());
        joined.faults
    });
    assert_eq!(joined, expected);
}

#[test]
fn every_choice_of_enough_shares_gives_the_key() {
    let (key, shares) = dealt(3, 5);
    assert_eq!(shares.iter().map(Share::index).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    for mask in 0u32..32 {
        let places: Vec<usize> = (0..5).filter(|place| mask >> place & 1 == 1).collect();
        let expected = match places.len() {
            have @ 0..3 => Err(JoinError::TooFew { have, need: 3, faults: vec![] }),
            _ => Ok(vec![]),
        };
        check(&key, &pick(&shares, &places), expected);
    }
}

#[test]
fn the_same_share_twice_counts_once() {
    let (key, shares) = dealt(3, 5);
    check(&key, &pick(&shares, &[0, 0, 1]), Err(JoinError::TooFew { have: 2, need: 3, faults: vec![] }));
    check(&key, &pick(&shares, &[0, 0, 1, 4]), Ok(vec![]));
}

#[test]
fn a_share_of_another_split_is_named() {
    let (key, shares) = dealt(3, 5);
    // The same key split again: the shares look alike and do not mix.
    let again = split(&key, ORIGIN, 3, 5).unwrap();
    let mixed = [pick(&shares, &[0, 1]), pick(&again, &[2])].concat();
    let stranger = vec![ShareFault::Stranger { place: 3 }];
    check(&key, &mixed, Err(JoinError::TooFew { have: 2, need: 3, faults: stranger.clone() }));
    let mixed = [pick(&shares, &[0, 1]), pick(&again, &[2]), pick(&shares, &[3])].concat();
    check(&key, &mixed, Ok(stranger));
}

#[test]
fn a_share_altered_together_with_its_check_is_named_when_others_suffice() {
    let (key, shares) = dealt(3, 5);
    let mut given = shares.clone();
    given[1].value[7] ^= 1;
    check(&key, &given, Ok(vec![ShareFault::Wrong { place: 2 }]));
    check(&key, &pick(&given, &[0, 1, 2]), Err(JoinError::NoKey { need: 3, faults: vec![] }));
    // Beside its true copy it is a conflict as well.
    let both = [pick(&given, &[1]), pick(&shares, &[0, 1, 2])].concat();
    check(&key, &both, Ok(vec![ShareFault::Conflict { place: 3, with: 1 }, ShareFault::Wrong { place: 1 }]));
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    let key = SecretKey::generate().unwrap();
    for (threshold, count) in [(0, 5), (1, 5), (4, 3), (3, 17), (3, 0)] {
        assert_eq!(split(&key, ORIGIN, threshold, count).err(), Some(ShareError::Numbers));
    }
    assert_eq!(split(&key, "two words", 3, 5).err(), Some(ShareError::Origin));
    assert!(split(&key, ORIGIN, 16, 16).is_ok());
}

#[test]
fn a_share_comes_back_from_paper() {
    let (key, shares) = dealt(2, 3);
    let typed: Vec<Share> = shares
        .iter()
        .map(|share| {
            let text = share.text();
            assert!(*Share::parse(&text).unwrap().text() == *text);
            // As a hand types it: wide gaps, an empty line, Windows' line ends, capitals where digits are meant.
            let (head, digits) = text.split_once("\nshare ").unwrap();
            let (digits, check) = digits.split_once('\n').unwrap();
            let hand = format!("\n{head}\r\n\r\n  share   {} \r\n{check}", digits.to_uppercase().replace(' ', "  "));
            Share::parse(&hand).unwrap()
        })
        .collect();
    check(&key, &typed, Ok(vec![]));
}

#[test]
fn a_mistyped_share_is_refused() {
    let (_, shares) = dealt(3, 5);
    let text = shares[0].text();
    for (from, to) in [("index 1", "index 2"), ("threshold 3", "threshold 2"), ("aabbccdd", "aabbccde")] {
        assert_eq!(Share::parse(&text.replace(from, to)).err(), Some(ShareError::Check));
    }
    assert_eq!(Share::parse(&text.replace("index 1", "index 0")).err(), Some(ShareError::Line("index")));
    assert_eq!(Share::parse(&text.replace("index 1", "index 01")).err(), Some(ShareError::Line("index")));
    assert_eq!(
        Share::parse(&text.replace("recipient age1", "recipient age2")).err(),
        Some(ShareError::Line("recipient"))
    );
    assert_eq!(Share::parse("factum card 1\n").err(), Some(ShareError::Fields(FieldsError::Format(FORMAT))));
}

/// Pearson's statistic of 256 counts against the even distribution.
fn chi_square(counts: &[u32; 256]) -> f64 {
    let expected = f64::from(counts.iter().sum::<u32>()) / 256.0;
    counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
}

/// Above this a count of 256 kinds is no accident: 255 degrees of freedom, six standard deviations of sqrt(510).
const SUSPICIOUS: f64 = 255.0 + 6.0 * 22.6;

/// The flaw of sharks (RUSTSEC-2024-0398) and of vsss-rs before 5.4 was a coefficient that is not evenly drawn: never zero, or
/// always odd. With two shares the coefficient is plain to see: the share numbered 1 is the secret plus it.
#[test]
fn coefficients_are_even_over_the_whole_field() {
    let mut counts = [0; 256];
    for _ in 0..3200 {
        let shares = Gf256::split_array(2, 2, [0x5a; 32], OsRng).unwrap();
        shares[0][1..].iter().for_each(|value| counts[usize::from(value ^ 0x5a)] += 1);
    }
    assert!(counts.iter().all(|count| *count > 0), "a coefficient never occurs");
    let statistic = chi_square(&counts);
    assert!(statistic < SUSPICIOUS, "chi-square {statistic}");
    // The test can fail: the odd coefficients alone are found at once.
    let odd = std::array::from_fn(|at| if at % 2 == 1 { counts[at] * 2 } else { 0 });
    assert!(chi_square(&odd) > SUSPICIOUS);
}

#[test]
fn shares_are_even_whatever_the_secret() {
    for secret in [0x00, 0x01, 0xff] {
        let mut counts = [[0; 256]; 3];
        for _ in 0..1600 {
            for share in Gf256::split_array(3, 3, [secret; 32], OsRng).unwrap() {
                share[1..].iter().for_each(|value| counts[usize::from(share[0]) - 1][usize::from(*value)] += 1);
            }
        }
        for counts in counts {
            let statistic = chi_square(&counts);
            assert!(statistic < SUSPICIOUS, "chi-square {statistic} for secret {secret}");
        }
    }
}

/// Two of three shares fixed, the third runs through all its values: every secret comes out exactly once. So two shares leave
/// all 256 secrets equally possible. Tried for many pairs, on the library's own joining.
#[test]
fn one_share_too_few_leaves_every_secret_possible() {
    for pair in 0u16..64 {
        let (first, second) = ((pair * 37 % 256) as u8, (pair * 101 % 256) as u8);
        let mut seen = [false; 256];
        for third in 0..=255 {
            let secret = Gf256::combine_array([vec![1, first], vec![2, second], vec![3, third]]).unwrap();
            assert_eq!(secret.len(), 1);
            assert!(!std::mem::replace(&mut seen[usize::from(secret[0])], true), "two curves through three points");
        }
        assert!(seen.iter().all(|seen| *seen));
    }
}

/// The field is the one the specification names: x^8 + x^4 + x^3 + x + 1 (FIPS 197 §4.2 multiplies 57 by 83 to c1).
#[test]
fn the_field_is_that_of_the_advanced_encryption_standard() {
    assert_eq!((Gf256(0x57) * Gf256(0x83)).0, 0xc1);
    for value in 1..=255 {
        assert_eq!((Gf256(value) * (Gf256(1) / Gf256(value))).0, 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_choice_of_any_split_gives_the_key(count in 2u8..=16, seed in any::<u64>()) {
        let threshold = 2 + (seed % u64::from(count - 1)) as u8;
        let (key, mut shares) = dealt(threshold, count);
        shares.rotate_left((seed >> 8) as usize % usize::from(count));
        let joined = join(&shares[..usize::from(threshold)]).unwrap();
        prop_assert!(*joined.key.expose() == *key.expose());
        prop_assert!(join(&shares[1..usize::from(threshold)]).is_err());
    }

    #[test]
    fn arbitrary_text_is_no_share(text in any::<String>()) {
        prop_assert!(Share::parse(&text).is_err());
    }

    #[test]
    fn a_changed_byte_is_found(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (_, shares) = dealt(2, 2);
        let text = shares[0].text();
        let mut bytes = text.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(changed) = std::str::from_utf8(&bytes)
            && let Ok(share) = Share::parse(changed)
        {
            // Only what does not matter on paper was changed.
            prop_assert!(*share.text() == *text);
        }
    }
}
