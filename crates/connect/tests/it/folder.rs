//! Letters as files.

use crate::given::{about, at, dana, mallory, outgoing, site};
use connect::{Kept, Mail, Outgoing, Recipient, Rendered, SendFault, render};
use model::Ts;
use model::notice::{Notice, Onward};
use std::fs;
use std::path::Path;

const FROM: &str = "Vestibule <vestibule@example.org>";

fn mail(path: &Path) -> (Mail, connect::Folder) {
    let mail = Mail::folder(path, FROM).unwrap();
    let Mail::Folder(folder) = &mail else { unreachable!("a folder was asked for") };
    let folder = folder.clone();
    (mail, folder)
}

fn letter(id: u128) -> Outgoing {
    let notice = Notice::Expired { about: about(), stage: 1, stages: 1 };
    outgoing(id, dana(), render(&notice, &dana(), &site()).unwrap())
}

#[tokio::test]
async fn a_letter_is_read_back_as_it_was_sent() {
    let home = tempfile::tempdir().unwrap();
    let (mail, folder) = mail(home.path());
    let sent = letter(7);
    mail.send(&sent).await.unwrap();
    let Rendered { subject, text, html, links, language: _ } = sent.rendered;
    let expected = Kept {
        id: "00000000-0000-0000-0000-000000000007".to_owned(),
        at: sent.at,
        to: "dana@example.org".to_owned(),
        to_name: "Dana Reyes".to_owned(),
        subject,
        text,
        html,
        links,
    };
    assert_eq!(folder.all().await.unwrap(), [expected]);
}

#[tokio::test]
async fn the_message_says_who_when_and_that_a_machine_wrote_it() {
    let home = tempfile::tempdir().unwrap();
    let (mail, _) = mail(home.path());
    mail.send(&letter(7)).await.unwrap();
    let file = home.path().join("1795512600000-00000000-0000-0000-0000-000000000007.eml");
    let raw = fs::read_to_string(file).unwrap();
    let (head, body) = raw.split_once("\r\n\r\n").unwrap();
    insta::assert_snapshot!(head.replace("\r\n", "\n"));
    assert!(body.is_ascii() && body.lines().all(|line| line.len() < 998));
    assert!(body.contains("Content-Type: text/plain; charset=utf-8"));
    assert!(body.contains("Content-Type: text/html; charset=utf-8"));
    assert!(body.find("text/plain") < body.find("text/html"), "the better part stands last");
}

#[tokio::test]
async fn hostile_words_survive_the_way_and_harm_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (mail, folder) = mail(home.path());
    let eve = Recipient { name: "Eve\r\nBcc: all@example.org, \"<x@y>".to_owned(), address: "eve@example.org".to_owned() };
    let notice = Notice::Act {
        about: mallory(),
        stage: 1,
        stages: 1,
        decide_by: at("2026-11-24T09:30:00Z"),
        earlier: Vec::new(),
        onward: Onward::Expires,
    };
    let sent = outgoing(8, eve.clone(), render(&notice, &eve, &site()).unwrap());
    mail.send(&sent).await.unwrap();
    let kept = folder.all().await.unwrap().pop().unwrap();
    assert_eq!((&kept.subject, &kept.text, &kept.html), (&sent.rendered.subject, &sent.rendered.text, &sent.rendered.html));
    assert_eq!(kept.links, sent.rendered.links);
    assert_eq!((kept.to.as_str(), kept.to_name.as_str()), ("eve@example.org", "Eve Bcc: all@example.org, \"<x@y>"));
    let raw = fs::read_to_string(fs::read_dir(home.path()).unwrap().next().unwrap().unwrap().path()).unwrap();
    let names: Vec<_> = raw.split("\r\n\r\n").next().unwrap().lines().filter(|l| !l.starts_with([' ', '\t'])).collect();
    assert!(names.iter().all(|line| !line.to_lowercase().starts_with("bcc")), "{names:?}");
}

#[tokio::test]
async fn a_subject_with_a_line_break_is_still_one_header() {
    let home = tempfile::tempdir().unwrap();
    let (mail, folder) = mail(home.path());
    let mut sent = letter(9);
    sent.rendered.subject = "Hello\r\nBcc: all@example.org\r\n\r\nBody".to_owned();
    mail.send(&sent).await.unwrap();
    assert_eq!(folder.all().await.unwrap()[0].subject, "Hello Bcc: all@example.org Body");
}

#[tokio::test]
async fn the_same_letter_sent_twice_is_one_file_of_the_same_bytes() {
    let home = tempfile::tempdir().unwrap();
    let (mail, folder) = mail(home.path());
    let bytes = || fs::read(fs::read_dir(home.path()).unwrap().next().unwrap().unwrap().path()).unwrap();
    mail.send(&letter(7)).await.unwrap();
    let first = bytes();
    let twice = letter(7);
    let (one, two) = tokio::join!(mail.send(&twice), mail.send(&twice));
    one.unwrap();
    two.unwrap();
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "one file and nothing left over");
    assert_eq!(bytes(), first);
    assert_eq!(folder.all().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_test_reads_newest_last_and_a_page_newest_first() {
    let home = tempfile::tempdir().unwrap();
    let (mail, folder) = mail(home.path());
    for (id, at) in [(3, 3_000_000_000_000), (1, 5), (2, 100_000), (4, 20_000_000_000_000)] {
        mail.send(&Outgoing { at: Ts(at), ..letter(id) }).await.unwrap();
    }
    let ids = |kept: Vec<Kept>| kept.iter().map(|k| k.id.chars().last().unwrap()).collect::<String>();
    assert_eq!(ids(folder.all().await.unwrap()), "1234");
    assert_eq!(ids(folder.list(3).await.unwrap()), "432");
    assert_eq!(folder.list(1).await.unwrap()[0].at, Ts(20_000_000_000_000));
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_empty_until_the_first_letter() {
    let home = tempfile::tempdir().unwrap();
    let (mail, folder) = mail(&home.path().join("deep/down"));
    assert_eq!(folder.all().await.unwrap(), []);
    mail.send(&letter(7)).await.unwrap();
    assert_eq!(folder.list(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn files_of_others_and_half_written_ones_are_not_letters() {
    let home = tempfile::tempdir().unwrap();
    let (_, folder) = mail(home.path());
    for name in ["notes.txt", "x-1.eml", ".0000000000005-7.eml.1-0.part", "README"] {
        fs::write(home.path().join(name), "From: x\r\n").unwrap();
    }
    assert_eq!(folder.all().await.unwrap(), []);
    fs::write(home.path().join("0000000000005-7.eml"), "").unwrap();
    let fault = folder.all().await.unwrap_err();
    assert!(std::error::Error::source(&fault).unwrap().to_string().ends_with("0000000000005-7.eml is not a letter"));
}

#[tokio::test]
async fn checking_leaves_nothing_behind_and_finds_what_is_wrong() {
    let home = tempfile::tempdir().unwrap();
    let (good, _) = mail(&home.path().join("mail"));
    good.check().await.unwrap();
    assert_eq!(fs::read_dir(home.path().join("mail")).unwrap().count(), 0);
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    let (bad, folder) = mail(&file);
    let fault = bad.check().await.unwrap_err();
    assert!(matches!(&fault, SendFault::Later(sentence) if sentence.starts_with("The mail folder ")), "{fault:?}");
    assert!(matches!(bad.send(&letter(7)).await, Err(SendFault::Later(_))));
    assert!(folder.all().await.is_err());
}

#[tokio::test]
async fn a_letter_that_can_go_nowhere_is_never_tried_again() {
    let home = tempfile::tempdir().unwrap();
    let (mail, _) = mail(home.path());
    for address in ["", "dana", "dana@", "a@b\r\nBcc: c@d", "dana@example.org\r\n", "a b@example.org"] {
        let mut sent = letter(7);
        sent.to.address = address.to_owned();
        assert!(matches!(mail.send(&sent).await, Err(SendFault::Never(_))), "{address:?}");
    }
    for id in ["", "<>", "<a>", "<../../x@vestibule>", "<a b@vestibule>", "<a@b>\r\nBcc: c@d", "<a@b@c>"] {
        let sent = Outgoing { message_id: id.to_owned(), ..letter(7) };
        assert!(matches!(mail.send(&sent).await, Err(SendFault::Never(_))), "{id:?}");
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn times_that_no_date_can_show_are_sent_all_the_same() {
    let home = tempfile::tempdir().unwrap();
    let (mail, folder) = mail(home.path());
    for (id, at) in [(1, i64::MIN), (2, i64::MAX)] {
        mail.send(&Outgoing { at: Ts(at), ..letter(id) }).await.unwrap();
    }
    assert_eq!(folder.all().await.unwrap().len(), 2);
}
