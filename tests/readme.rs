//! Every example of the README, run with the real binary.

#[test]
fn every_example_of_the_readme_prints_what_it_says() {
    trycmd::TestCases::new()
        .env("LC_ALL", "en_US.UTF-8")
        .env("NO_COLOR", "1")
        .case("README.md");
}

#[test]
fn the_picture_of_the_readme_is_what_the_program_draws() {
    let drawn = std::process::Command::new(env!("CARGO_BIN_EXE_kgq"))
        .args(["map", "EKS", "ECS", "--compare", "-l", "en", "-f", "svg"])
        .output()
        .expect("the program runs");
    let kept = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/eks-ecs.svg"))
        .expect("the picture is part of the project");
    assert!(
        drawn.stdout == kept,
        "draw it again: kgq map EKS ECS --compare -l en -o docs/eks-ecs.svg"
    );
}
