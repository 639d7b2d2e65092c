//! JavaScript options objects to the untyped tree that the core reads.
use lgf_core::param::Value;
use napi::bindgen_prelude::{JsObjectValue, Object, Unknown};
use napi::{JsValue, ValueType, sys};

/// Nesting of the deepest options object; a cyclic object ends here.
const DEEPEST: usize = 8;
/// Entries of the largest options object with all that it contains; one that contains itself many times ends here.
const MOST_ENTRIES: usize = 1000;

/// Options that can be absent. A getter that throws leaves no exception behind: the error says what is at fault.
pub fn options(value: Option<Unknown<'_>>) -> napi::Result<Option<Value>> {
    let Some(value) = value else { return Ok(None) };
    read(value, DEEPEST, &mut 0).map_err(|error| {
        let mut thrown = std::ptr::null_mut();
        // SAFETY: the environment is that of the call in progress; clearing an exception that is not there does nothing.
        unsafe { sys::napi_get_and_clear_last_exception(value.value().env, &mut thrown) };
        let reason = if error.status == napi::Status::PendingException {
            "a getter threw".into()
        } else {
            error.reason
        };
        napi::Error::from_reason(format!("options: cannot be read: {reason}"))
    })
}

/// `None` for undefined and null, which mean the default.
fn read(value: Unknown<'_>, depth: usize, entries: &mut usize) -> napi::Result<Option<Value>> {
    *entries += 1;
    if *entries > MOST_ENTRIES {
        return Ok(Some(Value::Other("an object with too many entries".into())));
    }
    // SAFETY: every conversion is to the type that the engine has just named.
    Ok(Some(match value.get_type()? {
        ValueType::Undefined | ValueType::Null => return Ok(None),
        ValueType::Number => Value::Number(unsafe { value.cast()? }),
        ValueType::Boolean => Value::Bool(unsafe { value.cast()? }),
        ValueType::String => Value::Text(unsafe { value.cast()? }),
        ValueType::Object if depth == 0 => Value::Other("an object nested too deeply".into()),
        ValueType::Object => {
            let object: Object<'_> = unsafe { value.cast()? };
            // No option is called `length`: what has one is an array of some kind.
            match object.get_named_property::<Unknown<'_>>("length")? {
                length if length.get_type()? == ValueType::Number => list(&object, unsafe { length.cast()? })?,
                _ => tree(&object, depth, entries)?,
            }
        }
        ValueType::Function => Value::Other("a function".into()),
        ValueType::Symbol => Value::Other("a symbol".into()),
        ValueType::BigInt => Value::Other("a bigint".into()),
        _ => Value::Other("a value of unknown type".into()),
    }))
}

/// Arrays in options hold numbers. Reading ends with the first entry that is none: it will be refused, however many follow.
fn list(object: &Object<'_>, length: f64) -> napi::Result<Value> {
    let mut items = Vec::new();
    for i in 0..length as u32 {
        let item: Unknown<'_> = object.get_element(i)?;
        if item.get_type()? != ValueType::Number {
            let item = read(item, 0, &mut 0)?.unwrap_or_else(|| Value::Other("undefined".into()));
            items.push(item);
            break;
        }
        // SAFETY: as above.
        items.push(Value::Number(unsafe { item.cast()? }));
    }
    Ok(Value::List(items))
}

fn tree(object: &Object<'_>, depth: usize, entries: &mut usize) -> napi::Result<Value> {
    let mut out = Vec::new();
    for name in Object::keys(object)? {
        let item: Unknown<'_> = object.get_named_property(&name)?;
        if let Some(value) = read(item, depth - 1, entries)? {
            out.push((name, value));
        }
    }
    Ok(Value::Tree(out))
}
