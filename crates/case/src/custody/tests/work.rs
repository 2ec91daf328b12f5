//! Is a work folder known to the log before anything is in it, and is nothing removed that is not sealed?

use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::items;
use crate::custody::work::{self, WorkError};
use crate::facts::tests::{found, identity, open};
use std::fs;
use std::path::Path;

fn case(folder: &Path) -> Case {
    found(folder, &identity("Ada"))
}

#[test]
fn a_folder_is_opened_listed_sealed_and_removed() {
    let place = tempfile::tempdir().unwrap();
    let ada = identity("Ada");
    let mut case = found(&place.path().join("case"), &ada);
    let drafts = place.path().join("drafts");
    work::open(&mut case, &drafts, WORKING, "the report").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&drafts).unwrap().permissions().mode() & 0o777, 0o700);
    }
    let open_now = work::list(&case).unwrap();
    assert_eq!((open_now.len(), open_now[0].name.as_str(), open_now[0].purpose.as_str()), (1, "drafts", "the report"));
    assert!(work::covers(&case, &drafts.join("built")).unwrap());
    assert!(!work::covers(&case, place.path()).unwrap());
    assert!(matches!(work::open(&mut case, &drafts, WORKING, "again"), Err(WorkError::Open(_))));
    fs::create_dir(drafts.join("built")).unwrap();
    fs::write(drafts.join("report.md"), "one").unwrap();
    fs::write(drafts.join("built/report.html"), "two").unwrap();
    let closed = work::close(&mut case, &drafts).unwrap();
    let names: Vec<&str> = closed.sealed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["drafts/built/report.html", "drafts/report.md"]);
    assert!(!drafts.exists() && work::list(&case).unwrap().is_empty());
    let again = open(&place.path().join("case"), &ada);
    let held = items::find(&again, "drafts/report.md").unwrap();
    let mut bytes = Vec::new();
    items::read(&again, &held.item, &mut bytes).unwrap();
    assert_eq!(bytes, b"one");
    // What did not change is not sealed twice.
    work::open(&mut case, &drafts, WORKING, "once more").unwrap();
    fs::write(drafts.join("report.md"), "one").unwrap();
    let closed = work::close(&mut case, &drafts).unwrap();
    assert_eq!((closed.sealed.len(), closed.known.as_slice()), (0, &["drafts/report.md".to_string()][..]));
    assert!(!drafts.exists());
}

#[test]
fn nothing_is_removed_that_cannot_be_sealed() {
    let place = tempfile::tempdir().unwrap();
    let mut case = case(&place.path().join("case"));
    let drafts = place.path().join("drafts");
    assert!(matches!(work::close(&mut case, &drafts), Err(WorkError::Unknown(_))));
    let inside = place.path().join("case/drafts");
    assert!(matches!(work::open(&mut case, &inside, WORKING, "x"), Err(WorkError::Outside(_))));
    fs::create_dir(&drafts).unwrap();
    fs::write(drafts.join("mine.txt"), "x").unwrap();
    assert!(matches!(work::open(&mut case, &drafts, WORKING, "x"), Err(WorkError::Taken(_))));
    fs::remove_file(drafts.join("mine.txt")).unwrap();
    work::open(&mut case, &drafts, WORKING, "x").unwrap();
    #[cfg(unix)]
    {
        fs::write(drafts.join("report.md"), "one").unwrap();
        std::os::unix::fs::symlink("report.md", drafts.join("link")).unwrap();
        assert!(matches!(work::close(&mut case, &drafts), Err(WorkError::Unfit { .. })));
        assert!(drafts.join("report.md").exists() && work::list(&case).unwrap().len() == 1);
    }
    // A folder that somebody removed is closed with nothing in it.
    fs::remove_dir_all(&drafts).unwrap();
    assert_eq!(work::close(&mut case, &drafts).unwrap().sealed, []);
}
