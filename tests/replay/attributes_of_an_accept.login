# The primary's attributes are in the Accept of everyone who waited, with each one's own Proxy-State.
   0       request A alice right id=1 proxy_state=one         -> check_password A
   10ms    password ok A 25=staff 11=filter                   -> start_call A
   1s      request B alice right id=2 proxy_state=two,three   -> nothing
   2s      factor approved A      -> accept A 25=staff 11=filter; accept B 25=staff 11=filter; login accept approved 2

calls 1
