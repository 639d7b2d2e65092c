//! The declarations from which everything about options follows.

/// A struct of options: `field: type = default, domain;` with doc comments, `pub struct Name as "NameInTypeScript"`.
///
/// A default outside of its domain marks a required option. Names, defaults, domains and comments reach TypeScript by generation.
#[macro_export]
macro_rules! options {
    ($(#[doc = $doc:literal])* pub struct $name:ident as $ts:literal { $( $(#[doc = $fdoc:literal])* $field:ident: $ty:ty = $default:expr, $domain:expr; )* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $(
                $(#[doc = $fdoc])*
                #[doc = concat!("\n\nDefault `", stringify!($default), "`, domain `", stringify!($domain), "`.")]
                pub $field: $ty,
            )*
        }
        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }
        impl $crate::param::Options for $name {
            const NAME: &'static str = $ts;
            fn read(value: Option<&$crate::param::Value>, path: &str) -> $crate::error::Result<Self> {
                let entries = $crate::param::entries(value, path, &[$( stringify!($field) ),*])?;
                Ok(Self { $( $field: $crate::param::take(entries, path, stringify!($field), &$domain, || $default)?, )* })
            }
            fn check(&self, path: &str) -> $crate::error::Result<()> {
                $( $crate::param::Setting::check(&self.$field, &$crate::param::join(path, &$crate::param::camel(stringify!($field))), &$domain)?; )*
                Ok(())
            }
            fn write(&self) -> $crate::param::Value {
                $crate::param::Value::Tree([$(
                    $crate::param::Setting::write(&self.$field).map(|value| ($crate::param::camel(stringify!($field)), value))
                ),*].into_iter().flatten().collect())
            }
            fn describe() -> Vec<$crate::param::Group> {
                #[allow(unused_mut, reason = "a group without nested groups adds nothing")]
                let mut groups = vec![$crate::param::Group {
                    name: $ts.into(),
                    doc: concat!($($doc, "\n"),*).trim().into(),
                    fields: vec![$( $crate::param::Field {
                        name: $crate::param::camel(stringify!($field)),
                        ty: <$ty as $crate::param::Setting>::ty(),
                        default: $crate::param::Setting::show(&<$name as Default>::default().$field),
                        required: $crate::param::Setting::check(&<$name as Default>::default().$field, "", &$domain).is_err(),
                        domain: <$ty as $crate::param::Setting>::domain_text(&$domain),
                        doc: concat!($($fdoc, "\n"),*).trim().into(),
                    } ),*],
                    union: Vec::new(),
                }];
                $( groups.extend(<$ty as $crate::param::Setting>::groups()); )*
                groups
            }
        }
    };
}

/// An enum of named choices: `Variant = "name"`; the first is the default. The calling crate needs `serde` with `derive`.
#[macro_export]
macro_rules! choices {
    ($(#[doc = $doc:literal])* pub enum $name:ident { $(#[doc = $fdoc0:literal])* $variant0:ident = $text0:literal, $( $(#[doc = $fdoc:literal])* $variant:ident = $text:literal, )* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = $fdoc0])* #[default] $variant0,
            $( $(#[doc = $fdoc])* $variant, )*
        }
        impl $name {
            /// The name used in options.
            pub const fn name(self) -> &'static str {
                match self { Self::$variant0 => $text0, $( Self::$variant => $text, )* }
            }
        }
        impl $crate::param::Setting for $name {
            fn ty() -> String {
                concat!("'", $text0, "'", $( " | '", $text, "'" ),*).into()
            }
            fn read(value: &$crate::param::Value, path: &str, domain: &$crate::param::Domain) -> $crate::error::Result<Self> {
                match value {
                    $crate::param::Value::Text(text) if text == $text0 => Ok(Self::$variant0),
                    $( $crate::param::Value::Text(text) if text == $text => Ok(Self::$variant), )*
                    other => Err($crate::error::Error::argument_error(path, other.describe(), Self::domain_text(domain))),
                }
            }
            fn check(&self, _: &str, _: &$crate::param::Domain) -> $crate::error::Result<()> {
                Ok(())
            }
            fn show(&self) -> String {
                format!("'{}'", self.name())
            }
            fn write(&self) -> Option<$crate::param::Value> {
                Some($crate::param::Value::Text(self.name().into()))
            }
            fn domain_text(_: &$crate::param::Domain) -> String {
                <Self as $crate::param::Setting>::ty()
            }
        }
    };
}

/// A union of option structs told apart by one key: `{ kind: 'dense', ... } | { kind: 'stlsq', ... }`; the first is the default.
macro_rules! variants {
    ($(#[doc = $doc:literal])* pub enum $name:ident as $ts:literal by $tag:literal { $(#[doc = $fdoc0:literal])* $variant0:ident($ty0:ty) = $text0:literal, $( $(#[doc = $fdoc:literal])* $variant:ident($ty:ty) = $text:literal, )* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $(#[doc = $fdoc0])* $variant0($ty0),
            $( $(#[doc = $fdoc])* $variant($ty), )*
        }
        impl Default for $name {
            fn default() -> Self {
                Self::$variant0(Default::default())
            }
        }
        impl $crate::param::Options for $name {
            const NAME: &'static str = $ts;
            fn read(value: Option<&$crate::param::Value>, path: &str) -> $crate::error::Result<Self> {
                use $crate::param::{Options, Value, join};
                let Some(Value::Tree(entries)) = value else {
                    return <$ty0 as Options>::read(value, path).map(Self::$variant0);
                };
                let rest = Value::Tree(entries.iter().filter(|(key, _)| key != $tag).cloned().collect());
                match entries.iter().find(|(key, _)| key == $tag).map(|(_, tag)| tag) {
                    None => <$ty0 as Options>::read(Some(&rest), path).map(Self::$variant0),
                    Some(Value::Text(tag)) if tag == $text0 => <$ty0 as Options>::read(Some(&rest), path).map(Self::$variant0),
                    $( Some(Value::Text(tag)) if tag == $text => <$ty as Options>::read(Some(&rest), path).map(Self::$variant), )*
                    Some(other) => Err($crate::error::Error::argument_error(
                        &join(path, $tag), other.describe(), concat!("'", $text0, "'", $( " | '", $text, "'" ),*))),
                }
            }
            fn check(&self, path: &str) -> $crate::error::Result<()> {
                match self {
                    Self::$variant0(options) => $crate::param::Options::check(options, path),
                    $( Self::$variant(options) => $crate::param::Options::check(options, path), )*
                }
            }
            fn write(&self) -> $crate::param::Value {
                use $crate::param::{Options, Value};
                let (tag, tree) = match self {
                    Self::$variant0(options) => ($text0, Options::write(options)),
                    $( Self::$variant(options) => ($text, Options::write(options)), )*
                };
                let entries = if let Value::Tree(entries) = tree { entries } else { Vec::new() };
                Value::Tree([($tag.to_string(), Value::Text(tag.into()))].into_iter().chain(entries).collect())
            }
            fn describe() -> Vec<$crate::param::Group> {
                use $crate::param::{Field, Group, Options};
                let tagged = |mut groups: Vec<Group>, tag: &str, doc: &str, default: bool| {
                    groups[0].fields.insert(0, Field {
                        name: $tag.into(), ty: format!("'{tag}'"), required: !default, default: if default { format!("'{tag}'") } else { String::new() },
                        domain: format!("'{tag}'"), doc: doc.trim().into(),
                    });
                    groups
                };
                let mut groups = vec![Group {
                    name: $ts.into(), doc: concat!($($doc, "\n"),*).trim().into(), fields: Vec::new(),
                    union: vec![<$ty0 as Options>::NAME.into(), $( <$ty as Options>::NAME.into() ),*],
                }];
                groups.extend(tagged(<$ty0 as Options>::describe(), $text0, concat!($($fdoc0, "\n"),*), true));
                $( groups.extend(tagged(<$ty as Options>::describe(), $text, concat!($($fdoc, "\n"),*), false)); )*
                groups
            }
        }
    };
}

pub(crate) use variants;
pub use {choices, options};
