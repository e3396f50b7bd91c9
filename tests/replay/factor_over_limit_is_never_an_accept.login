# A limit is no unavailability: on_unavailable: accept does not let in.
unavailable accept

   0       request A alice right          -> check_password A
   10ms    password ok A                  -> start_call A
   1s      factor limit A                 -> reject A; drop limit

calls 1
