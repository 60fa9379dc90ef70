//! Particles whose form follows the sound that the word before them ends with.

use super::syllable;

/// A particle with two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Particle {
    /// 은 after a consonant, 는 after a vowel: the topic.
    Topic,
    /// 이 after a consonant, 가 after a vowel: the subject.
    Subject,
    /// 을 after a consonant, 를 after a vowel: the object.
    Object,
    /// 과 after a consonant, 와 after a vowel: and, with.
    With,
    /// 으로 after a consonant, 로 after a vowel and after ㄹ: by, to.
    By,
}

/// The sound that a word ends with, as far as particles care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Vowel,
    Rieul,
    Consonant,
}

/// The particle's form after `word`, by the sound that a Korean reader gives its end.
///
/// Hangul by its final consonant; numbers in Sino-Korean (`10` 십); a digit on a Latin word in English
/// (`S3` 쓰리); capitals by the names of the letters (`ECR` 알); other Latin words by the usual
/// transcription (`Docker` 도커, `Podman` 팟맨). What stands in parentheses at the end is not read. Where nothing
/// tells the sound (another script, only signs) it is both forms as Koreans write them: `은(는)`.
pub fn particle(word: &str, particle: Particle) -> &'static str {
    let (after_consonant, after_vowel, either) = match particle {
        Particle::Topic => ("은", "는", "은(는)"),
        Particle::Subject => ("이", "가", "이(가)"),
        Particle::Object => ("을", "를", "을(를)"),
        Particle::With => ("과", "와", "과(와)"),
        Particle::By => ("으로", "로", "(으)로"),
    };
    match ending(word) {
        Some(Ending::Consonant) => after_consonant,
        Some(Ending::Rieul) if particle != Particle::By => after_consonant,
        Some(Ending::Vowel | Ending::Rieul) => after_vowel,
        None => either,
    }
}

/// `word` followed by the particle's form for it: `파드` and the topic give `파드는`.
pub fn with_particle(word: &str, form: Particle) -> String {
    format!("{word}{}", particle(word, form))
}

fn ending(word: &str) -> Option<Ending> {
    let read = pronounced(word);
    let last = read.chars().next_back()?;
    if let Some((_, _, last)) = syllable(last) {
        return Some(match last {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        });
    }
    match last {
        'ㄹ' => Some(Ending::Rieul),
        'ㄱ'..='ㅎ' => Some(Ending::Consonant), // by name: 기역, 니은
        'ㅏ'..='ㅣ' => Some(Ending::Vowel),
        '+' | '%' => Some(Ending::Vowel), // 플러스, 퍼센트
        '#' => Some(Ending::Consonant),   // 샵
        '0'..='9' => Some(number(read)),
        'a'..='z' | 'A'..='Z' => Some(latin(read)),
        _ => None,
    }
}

/// The word less what is not read at its end: closing quotes, punctuation, a remark in parentheses.
fn pronounced(word: &str) -> &str {
    let is_read = |c: char| c.is_alphanumeric() || matches!(c, '+' | '%' | '#' | ')');
    let trimmed = word.trim_end_matches(|c| !is_read(c));
    let Some(inside) = trimmed.strip_suffix(')') else {
        return trimmed;
    };
    let before = inside.rfind('(').map_or("", |open| &inside[..open]);
    if before.trim().is_empty() {
        pronounced(inside)
    } else {
        pronounced(before)
    }
}

/// The end of a number: Sino-Korean, or English for one digit on a Latin word.
fn number(read: &str) -> Ending {
    let before = read.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &read[before.len()..];
    let on_latin = digits.len() == 1 && before.ends_with(|c: char| c.is_ascii_alphabetic());
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    if zeros > 0 && zeros < digits.len() && !before.ends_with(['.', ',']) {
        // 십 백 천, 만, 억, 조, 경: of these only 조 (10¹² to 10¹⁵) ends in a vowel.
        return if (12..16).contains(&zeros) {
            Ending::Vowel
        } else {
            Ending::Consonant
        };
    }
    match (digits.as_bytes().last(), on_latin) {
        (Some(b'2' | b'4' | b'5'), _) | (Some(b'9'), false) => Ending::Vowel, // 이 사 오 구, 투 포 파이브
        (Some(b'0' | b'3' | b'6'), true) => Ending::Vowel,                    // 제로 쓰리 식스
        (Some(b'1' | b'7' | b'8'), false) => Ending::Rieul,                   // 일 칠 팔
        _ => Ending::Consonant, // 영 삼 육, 원 세븐 에잇 나인
    }
}

/// The end of a Latin word: letter by letter if it ends in capitals, else as transcribed.
fn latin(read: &str) -> Ending {
    let start = read.rfind(|c: char| !c.is_ascii_alphabetic());
    let word = start.map_or(read, |at| {
        read[at..].trim_start_matches(|c: char| !c.is_ascii_alphabetic())
    });
    let capitals = word.len()
        - word
            .trim_end_matches(|c: char| c.is_ascii_uppercase())
            .len();
    let is_acronym = (1..=5).contains(&capitals) || word.len() == 1;
    let last = word.chars().next_back().map(|c| c.to_ascii_lowercase());
    match last {
        Some('l' | 'r') if is_acronym => Ending::Rieul, // 엘, 알
        Some('m' | 'n') if is_acronym => Ending::Consonant, // 엠, 엔
        _ if is_acronym => Ending::Vowel,
        _ => transcribed(&word.to_ascii_lowercase()),
    }
}

/// The end of an English word of at least two letters, in lower case, as loanword spelling has it
/// (National Institute of Korean Language, 외래어 표기법 3.1): a stop closes the
/// syllable after one short vowel (`set` 셋, `block` 블록, `book` 북), else it gets a vowel of its own (`vault` 볼트).
fn transcribed(word: &str) -> Ending {
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| word.ends_with(suffix));
    // A final e is silent after a consonant (파이프라인, 오라클) and changes nothing otherwise.
    let silent = word
        .strip_suffix('e')
        .filter(|stem| stem.len() > 1 && !stem.ends_with(is_vowel_letter));
    if let Some(stem) = silent {
        return match stem.chars().next_back() {
            Some('l') => Ending::Rieul,
            Some('m' | 'n') => Ending::Consonant,
            _ => Ending::Vowel,
        };
    }
    let mut backwards = word.chars().rev();
    let (last, before, earlier) = (backwards.next(), backwards.next(), backwards.next());
    let after_vowel = before.is_some_and(is_vowel_letter);
    let after_one_vowel = after_vowel && !earlier.is_some_and(is_vowel_letter);
    let closes = match last {
        Some('l') => return Ending::Rieul,
        Some('m' | 'n') => true,
        Some('g') => before == Some('n'),
        Some('c') => after_vowel,
        Some('k') => after_one_vowel || ends(&["ck", "ook", "oak"]),
        Some('p') => after_one_vowel || ends(&["pp", "oop", "oup"]),
        Some('t') => after_one_vowel || ends(&["tt"]),
        Some('b') => ends(&["ab", "eb", "ob"]), // 랩, 웹, 잡; but 허브, 큐브
        _ => false,
    };
    if closes {
        Ending::Consonant
    } else {
        Ending::Vowel
    }
}

fn is_vowel_letter(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn topics(expected: &str) {
        for phrase in expected.split(", ") {
            let (at, _) = phrase.char_indices().next_back().expect("a phrase");
            assert_eq!(with_particle(&phrase[..at], Particle::Topic), phrase);
        }
    }

    #[test]
    fn hangul_goes_by_its_final_consonant() {
        topics("쿠버네티스는, 헬름은, 컨트롤 플레인은, 파드는, 볼트는, 서브넷은");
        assert_eq!(with_particle("하버", Particle::Subject), "하버가");
        assert_eq!(with_particle("헬름", Particle::Subject), "헬름이");
        assert_eq!(with_particle("파게이트", Particle::With), "파게이트와");
        assert_eq!(with_particle("버킷", Particle::With), "버킷과");
        assert_eq!(with_particle("도커", Particle::Object), "도커를");
        assert_eq!(with_particle("노드 풀", Particle::Object), "노드 풀을");
    }

    #[test]
    fn rieul_takes_ro_though_it_is_a_consonant() {
        assert_eq!(with_particle("쉘", Particle::By), "쉘로");
        assert_eq!(with_particle("헬름", Particle::By), "헬름으로");
        assert_eq!(with_particle("파드", Particle::By), "파드로");
        assert_eq!(with_particle("Ansible", Particle::By), "Ansible로");
        assert_eq!(with_particle("ECR", Particle::By), "ECR로");
        assert_eq!(with_particle("Terraform", Particle::By), "Terraform으로");
        assert_eq!(with_particle("8", Particle::By), "8로");
        assert_eq!(with_particle("10", Particle::By), "10으로");
    }

    #[test]
    fn capitals_are_read_letter_by_letter() {
        topics(
            "EKS는, ECS는, ECR은, EC2는, AWS는, VPC는, IAM은, PaaS는, IaC는, MetalLB는, MySQL은, CRI-O는, NGINX는, x는, OCI는",
        );
    }

    #[test]
    fn latin_words_are_read_as_koreans_transcribe_them() {
        topics(
            "Kubernetes는, Docker는, Docker Hub는, Harbor는, Helm은, Terraform은, Ansible은, Podman은",
        );
        topics(
            "OpenTofu는, Istio는, Calico는, Ceph는, Vault는, Fargate는, Lambda는, Kubelet은, DaemonSet은",
        );
        topics(
            "Keycloak은, Pod는, node는, bucket은, Object는, pipeline은, cluster는, volume은, image는, role은",
        );
        topics(
            "Git은, GitHub는, GitLab은, web은, CronJob은, network는, block은, Elastic은, app은, backup은, blockchain은",
        );
        topics(
            "Amazon Managed Blockchain은, Let's Encrypt는, Ethereum은, Subnet은, serverless는, ping은",
        );
    }

    #[test]
    fn numbers_are_sino_korean() {
        topics(
            "0은, 1은, 2는, 3은, 4는, 5는, 6은, 7은, 8은, 9는, 10은, 100은, 2000은, 12는, 1.0은, 1000000000000는",
        );
    }

    #[test]
    fn a_digit_on_a_latin_word_is_english() {
        topics("S3는, EC2는, MP3는, IPv6는, M1은, G7은");
    }

    #[test]
    fn quotes_and_a_remark_in_parentheses_are_not_read() {
        topics(
            "‘헬름’은, 오픈 컨테이너 이니셔티브(OCI)는, \"파드\"는, (헬름)은, C++는, C#은, 50%는",
        );
    }

    #[test]
    fn what_cannot_be_read_gets_both_forms() {
        assert_eq!(with_particle("東京", Particle::Topic), "東京은(는)");
        assert_eq!(with_particle("", Particle::By), "(으)로");
        assert_eq!(with_particle("→", Particle::Subject), "→이(가)");
    }

    proptest! {
        #[test]
        fn every_hangul_word_takes_one_form_of_each(word in "[가-힣]{1,6}") {
            let closed = word.chars().next_back().is_some_and(|last| !(last as u32 - 0xAC00).is_multiple_of(28));
            prop_assert_eq!(particle(&word, Particle::Topic), if closed { "은" } else { "는" });
            prop_assert_eq!(particle(&word, Particle::Subject), if closed { "이" } else { "가" });
            prop_assert_eq!(particle(&word, Particle::Object), if closed { "을" } else { "를" });
            prop_assert_eq!(particle(&word, Particle::With), if closed { "과" } else { "와" });
        }

        #[test]
        fn any_word_takes_some_form(word in any::<String>()) {
            prop_assert!(!particle(&word, Particle::By).is_empty());
        }
    }
}
