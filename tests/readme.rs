//! Every example of the README, run with the real binary.

#[test]
fn every_example_of_the_readme_prints_what_it_says() {
    trycmd::TestCases::new()
        .env("LC_ALL", "en_US.UTF-8")
        .env("NO_COLOR", "1")
        .case("README.md");
}
