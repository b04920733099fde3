;; JSON (RFC 8259). An array is a list, null is json.null, which is no table that anything else is.

(local null (setmetatable {} {:__tostring #:null}))
;; A list without elements, which would be an object.
(local empty-list (setmetatable {} {:__tostring #"[]"}))
(local deepest 64)

(local escapes {"\"" "\\\"" "\\" "\\\\" "\b" "\\b" "\f" "\\f" "\n" "\\n" "\r" "\\r" "\t" "\\t"})

(fn quoted [text]
  (.. "\"" (string.gsub text "[%c\"\\\127]"
                        #(or (. escapes $) (string.format "\\u%04x" (string.byte $)))) "\""))

(fn keys-of [object]
  (let [keys (icollect [key (pairs object)]
               (if (= (type key) :string) key
                   (error (.. "a key that is no text: " (tostring key)))))]
    (table.sort keys)
    keys))

(fn encode [value]
  "Return the text of a value; the keys of an object are in order. What JSON has not is an error."
  (case (type value)
    :string (quoted value)
    :boolean (tostring value)
    :nil "null"
    :number (if (= (math.type value) :integer) (tostring value)
                (or (not= value value) (= value math.huge) (= value (- math.huge)))
                (error "a number that JSON does not have")
                (string.format "%.14g" value))
    :table (if (= value null) "null"
               (= value empty-list) "[]"
               (not= (. value 1) nil)
               (.. "[" (table.concat (icollect [_ one (ipairs value)] (encode one)) ",") "]")
               (.. "{"
                   (table.concat (icollect [_ key (ipairs (keys-of value))]
                                   (.. (quoted key) ":" (encode (. value key)))) ",") "}"))
    other (error (.. "JSON has no " other))))

(local letters {:b "\b" :f "\f" :n "\n" :r "\r" :t "\t" "\"" "\"" "\\" "\\" "/" "/"})

(fn decode [text]
  "Return the value of a text; nil and the reason if it is not JSON."
  (var at 1)
  (var parse nil)

  (fn wrong [what]
    (error {:reason (.. what " at byte " at)}))

  (fn skip []
    (set at (string.find text "[^ \t\r\n]" at))
    (when (= at nil)
      (set at (+ (length text) 1))))

  (fn next-is [character]
    (when (= (string.sub text at at) character)
      (set at (+ at 1))
      true))

  (fn code-unit []
    (case (string.match text "^%x%x%x%x" at)
      digits (do (set at (+ at 4))
                 (tonumber digits 16))
      _ (wrong "no character's number")))

  (fn character []
    "Return the character after a backslash."
    (let [letter (string.sub text at at)]
      (set at (+ at 1))
      (case (. letters letter)
        found found
        (where _ (= letter :u))
        (let [high (code-unit)]
          (if (and (>= high 0xd800) (< high 0xdc00) (= (string.sub text at (+ at 1)) "\\u"))
              (do (set at (+ at 2))
                  (let [low (code-unit)]
                    (if (and (>= low 0xdc00) (< low 0xe000))
                        (utf8.char (+ 0x10000 (lshift (- high 0xd800) 10) (- low 0xdc00)))
                        (wrong "half a character"))))
              (and (>= high 0xd800) (< high 0xe000)) (wrong "half a character")
              (utf8.char high)))
        _ (wrong "an unknown escape"))))

  (fn parse-text []
    (let [pieces []]
      (var done false)
      (while (not done)
        (let [(from upto) (string.find text "^[^\"\\%c]+" at)]
          (when from
            (table.insert pieces (string.sub text from upto))
            (set at (+ upto 1))))
        (if (next-is "\"") (set done true)
            (next-is "\\") (table.insert pieces (character))
            (wrong "a text without an end")))
      (table.concat pieces)))

  (fn parse-list [depth]
    (let [found []]
      (skip)
      (if (next-is "]") empty-list
          (do
            (var more true)
            (while more
              (table.insert found (parse depth))
              (skip)
              (set more (next-is ",")))
            (if (next-is "]") found (wrong "no ] or comma"))))))

  (fn parse-object [depth]
    (let [found {}]
      (skip)
      (if (next-is "}") found
          (do
            (var more true)
            (while more
              (skip)
              (when (not (next-is "\"")) (wrong "no key"))
              (let [key (parse-text)]
                (skip)
                (when (not (next-is ":")) (wrong "no colon"))
                (tset found key (parse depth)))
              (skip)
              (set more (next-is ",")))
            (if (next-is "}") found (wrong "no } or comma"))))))

  (fn parse-number []
    (let [digits (or (string.match text "^-?%d+%.?%d*[eE]?[+-]?%d*" at) "")]
      (if (and (tonumber digits) (not (string.match digits "^-?0%d")) (not (string.match digits "%.$"))
               (not (string.match digits "%.[eE]")))
          (do (set at (+ at (length digits)))
              (tonumber digits))
          (wrong "no value"))))

  (set parse
       (fn [depth]
         (when (> depth deepest) (wrong "too deep"))
         (skip)
         (if (next-is "{") (parse-object (+ depth 1))
             (next-is "[") (parse-list (+ depth 1))
             (next-is "\"") (parse-text)
             (case (string.match text "^%l+" at)
               :true (do (set at (+ at 4)) true)
               :false (do (set at (+ at 5)) false)
               :null (do (set at (+ at 4)) null)
               _ (parse-number)))))

  (case (pcall #(let [value (parse 1)]
                  (skip)
                  (if (<= at (length text)) (wrong "something after the value") value)))
    (true value) value
    (where (_ {: reason})) (values nil reason)
    (_ other) (error other)))

{: decode : empty-list : encode : null}
