;; A small server of HTTP/1.1: GET and HEAD, one request for each connection. What a client sends is
;; bounded in size, in time and in number.

(local system (require :router.system))

(local most-connections 16)
(local most-bytes 8192)
(local limit-ms 10000)
(local reasons {200 "OK"
                400 "Bad Request"
                404 "Not Found"
                405 "Method Not Allowed"
                431 "Request Header Fields Too Large"
                500 "Internal Server Error"})

(fn request-of [text]
  "Read the first line of a request: method, path and query; nil if it is none."
  (case (string.match text "^(%u+) (/[^ ?\r\n]*)(%??[^ \r\n]*) HTTP/1%.[01]\r?\n")
    (method path query) {: method : path :query (string.sub query 2)}))

(fn response [request answer]
  "Return the bytes of an answer: {:status :type :body :headers}."
  (let [status (or answer.status 200)
        body (or answer.body (.. (. reasons status) "\n"))
        lines [(.. "HTTP/1.1 " status " " (. reasons status))
               (.. "Content-Type: " (or answer.type "text/plain; charset=utf-8"))
               (.. "Content-Length: " (length body))
               "Connection: close"]]
    (each [name value (pairs (or answer.headers {}))]
      (table.insert lines (.. name ": " value)))
    (.. (table.concat lines "\r\n") "\r\n\r\n" (if (= (?. request :method) :HEAD) "" body))))

(fn answer-to [text handler]
  "Return what is sent in reply to a request, and what went wrong with the handler."
  (case (request-of text)
    nil (response nil {:status 400})
    (where request (not (or (= request.method :GET) (= request.method :HEAD))))
    (response request {:status 405 :headers {:Allow "GET, HEAD"}})
    request (case (pcall handler request)
              (true ?answer) (response request (or ?answer {:status 404}))
              (_ ?reason) (values (response request {:status 500}) (or ?reason "an error without a message")))))

(fn finish [loop connection]
  (loop:off connection.socket)
  (loop:cancel connection.timer)
  (system.close connection.socket)
  (set connection.server.count (- connection.server.count 1)))

(fn send-rest [loop connection]
  "Send as much as the socket takes; the rest is sent when it takes more."
  (case (system.send connection.socket (string.sub connection.answer 1 65536))
    count (do (set connection.answer (string.sub connection.answer (+ count 1)))
              (when (= connection.answer "")
                (finish loop connection)))
    ;; It may take no more for now: the loop asks again.
    (where (_ _ code) (not= code system.error.again)) (finish loop connection)))

(fn receive-more [loop connection]
  (case (system.receive connection.socket)
    "" (finish loop connection)
    bytes (do
            (set connection.text (.. connection.text bytes))
            (let [whole (string.find connection.text "\r?\n\r?\n")
                  long (> (length connection.text) most-bytes)]
              (when (or whole long)
                (let [server connection.server
                      (answer reason) (if long (response nil {:status 431})
                                          (answer-to connection.text server.handler))]
                  (when reason
                    (io.stderr:write (tostring reason) "\n"))
                  (set connection.answer answer)
                  (loop:on connection.socket #(send-rest loop connection) :write)))))
    (where (_ _ code) (not= code system.error.again)) (finish loop connection)))

(fn accept [loop server listener]
  (case (system.accept listener)
    socket (if (>= server.count most-connections)
               (system.close socket)
               (let [connection {: socket : server :text ""}]
                 (set server.count (+ server.count 1))
                 (set connection.timer (loop:after limit-ms #(finish loop connection)))
                 (loop:on socket #(receive-more loop connection))))))

(fn serve [loop listeners handler]
  "Answer what comes by the listeners, descriptors of `system.listen`. The handler gets {:method :path
:query} and returns {:status :type :body :headers}, or nil for what there is not."
  (let [server {: handler :count 0}]
    (each [_ listener (ipairs listeners)]
      (loop:on listener #(accept loop server listener)))
    server))

(fn listen [port interfaces]
  "Return listeners on interfaces, whatever addresses they have. Without IPv6 in the kernel there are
those of IPv4 alone."
  (let [found []]
    (each [_ interface (ipairs interfaces)]
      (table.insert found (assert (system.listen "0.0.0.0" port interface)))
      (case (system.listen "::" port interface)
        listener (table.insert found listener)
        (where (_ reason code) (not= code system.error.no_family)) (error reason)))
    found))

{: answer-to : listen : request-of : serve}
