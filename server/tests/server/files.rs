//! Built files: script, wasm, style.

use super::support::server;
use axum::http::StatusCode;
use std::fs;
use tempfile::TempDir;

fn built() -> TempDir {
    let folder = TempDir::new().unwrap();
    let pkg = folder.path().join("pkg");
    fs::create_dir(&pkg).unwrap();
    fs::write(
        folder.path().join("manifest.json"),
        r#"{"my-access.js":"/pkg/my-access.1.js","my-access_bg.wasm":"/pkg/my-access_bg.2.wasm","style.css":"/pkg/style.3.css","icons.svg":"/pkg/icons.4.svg","icon.svg":"/pkg/icon.5.svg"}"#,
    )
    .unwrap();
    fs::write(pkg.join("my-access.1.js"), "plain").unwrap();
    fs::write(pkg.join("my-access.1.js.br"), "brotli").unwrap();
    fs::write(pkg.join("my-access.1.js.gz"), "gzip").unwrap();
    fs::write(pkg.join("my-access_bg.2.wasm"), "wasm").unwrap();
    fs::write(pkg.join("icon.5.svg"), "icon").unwrap();
    fs::write(folder.path().join("robots.txt"), "robots").unwrap();
    folder
}

#[tokio::test]
async fn a_hashed_file_is_kept_for_ever_and_sent_small() {
    let folder = built();
    let server = server(|settings| settings.site = Some(folder.path().to_path_buf())).await;
    let js = "/pkg/my-access.1.js";
    let brotli = server.visitor().says("accept-encoding", "gzip, deflate, br;q=1.0").get(js).await;
    assert_eq!((brotli.text.as_str(), brotli.header("content-encoding")), ("brotli", "br"));
    assert_eq!(brotli.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(brotli.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(brotli.header("vary"), "accept-encoding");
    let gzip = server.visitor().says("accept-encoding", "gzip, br;q=0").get(js).await;
    assert_eq!((gzip.text.as_str(), gzip.header("content-encoding")), ("gzip", "gzip"));
    let plain = server.visitor().get(js).await;
    assert_eq!((plain.text.as_str(), plain.header("content-encoding")), ("plain", ""));
}

#[tokio::test]
async fn wasm_has_its_type_and_other_files_are_kept_for_a_while() {
    let folder = built();
    let server = server(|settings| settings.site = Some(folder.path().to_path_buf())).await;
    assert_eq!(server.visitor().get("/pkg/my-access_bg.2.wasm").await.header("content-type"), "application/wasm");
    assert_eq!(server.visitor().get("/robots.txt").await.header("cache-control"), "public, max-age=3600");
    let icon = server.visitor().get("/icon.svg").await;
    assert_eq!((icon.text.as_str(), icon.header("cache-control")), ("icon", "public, max-age=3600"));
}

#[tokio::test]
async fn what_was_not_built_is_not_found_and_nothing_outside_is_reached() {
    let folder = built();
    let server = server(|settings| settings.site = Some(folder.path().to_path_buf())).await;
    for path in
        ["/pkg/other.js", "/pkg/../manifest.json", "/pkg/%2e%2e/manifest.json", "/manifest.json", "/pkg/my-access.1.js.br"]
    {
        assert_eq!(server.visitor().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn pages_name_the_built_files() {
    let folder = built();
    let server = server(|settings| settings.site = Some(folder.path().to_path_buf())).await;
    let page = server.visitor().get("/signin").await;
    assert_eq!(page.status, StatusCode::OK);
    for name in ["/pkg/my-access.1.js", "/pkg/my-access_bg.2.wasm", "/pkg/style.3.css"] {
        assert!(page.text.contains(name), "{name} is missing in {}", page.text);
    }
}
